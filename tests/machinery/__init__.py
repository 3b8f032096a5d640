"""The real parts tests stand on: found or started here, and reported in the last lines of a run."""
