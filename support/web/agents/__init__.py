"""The people of the desk: how they sign in, and what each may do."""
