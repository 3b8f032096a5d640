"""Looking after what was sent: which of it to look at, what a lead says to it, who agrees."""
