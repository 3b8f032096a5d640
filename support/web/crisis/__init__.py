"""炎上: an account that is quieted, and the company's protocol."""
