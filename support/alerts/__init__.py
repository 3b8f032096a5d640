"""Alerts: who is told that a promise is due soon or broken, and what is done about it."""
