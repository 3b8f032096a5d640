"""The end of a shift: what one leaves to those who come next, and a word to go with it."""
