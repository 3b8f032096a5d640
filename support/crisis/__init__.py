"""Crisis manners (炎上): an account falls quiet, and every public word is agreed to first."""
