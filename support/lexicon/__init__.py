"""The words a desk knows about itself: products, misspellings, competitors, what is left alone."""
