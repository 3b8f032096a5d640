"""What agents began to write and have not sent: kept for them, seen by nobody else."""
