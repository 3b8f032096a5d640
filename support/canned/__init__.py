"""Prepared answers: the shelf, the matcher that finds them, the rules that offer them."""
