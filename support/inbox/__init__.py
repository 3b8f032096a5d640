"""What X shows us becomes messages in conversations, each exactly once."""
