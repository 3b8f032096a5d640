"""Outreach: people in trouble who did not ask are found, and offered help by hand, with manners."""
