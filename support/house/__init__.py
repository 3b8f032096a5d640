"""The house rules: how we write and what we never do, in versions that each agent confirms."""
