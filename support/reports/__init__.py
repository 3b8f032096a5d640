"""Figures for the lead, over the records of every room."""
