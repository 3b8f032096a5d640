"""What the desk holds about a customer: handed out, erased, and kept no longer than was set."""
