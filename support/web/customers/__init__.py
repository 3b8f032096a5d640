"""A customer's page, what is held about them, and for how long."""
