"""Who did what at the desk, when and from where: a log that can be checked."""
