"""Approval: which replies another person must agree to before they go, and what became of that."""
