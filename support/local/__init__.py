"""The desk on one machine: every process it needs, started, watched and stopped together."""
