"""Writing an answer and what becomes of it: suggestions, drafts, the guard, the outbox."""
