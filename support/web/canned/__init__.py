"""The shelf of prepared answers: reading, writing, files in and out, what was learnt."""
