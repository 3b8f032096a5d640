"""People at the desk: roles, passwords, sign-ins."""
