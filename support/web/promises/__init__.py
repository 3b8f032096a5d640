"""What is promised and how it stands: a promise opened up, business hours, service levels."""
