"""Which hours and targets judge a ticket, and what happens when they change."""
