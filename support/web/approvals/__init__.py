"""承認: words that wait for somebody else's agreement, and the rules that ask for it."""
