"""The report as a weekly letter: who wants it when, and which letters were sent."""
