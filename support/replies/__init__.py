"""What agents send: signature, parts, undo, sending, reconciliation."""
