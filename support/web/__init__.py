"""The pages: one module a page family, in rooms; `families` puts them together.

What stands around every page lies here; a room holds what belongs to one part of the desk. No code:
who needs one module, to write a letter say, does not load all the others.
"""
