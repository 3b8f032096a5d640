"""見守り: looking after what was sent, and what agents make of it."""
