"""Somebody leaves the desk: what depends on them goes on with somebody else."""
