"""Who said what to whom: customers, conversations, messages."""
