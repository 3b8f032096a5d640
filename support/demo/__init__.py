"""The story a first start shows: an invented provider's desk in the middle of a working week."""
