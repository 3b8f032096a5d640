"""Finding again what was said, noted and known: the index, and how it is asked."""
