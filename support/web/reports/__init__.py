"""The lead's report in every form: page, table, letter."""
