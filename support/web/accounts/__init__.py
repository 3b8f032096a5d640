"""Our accounts on X: connecting them, what X sends, what it takes back, what it costs."""
