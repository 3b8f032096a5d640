"""The bell, and the ladder of alerts behind it."""
