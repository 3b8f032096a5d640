"""Business hours, service levels and the promises made to customers."""
