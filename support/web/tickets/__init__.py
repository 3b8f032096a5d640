"""The agents' pages: the queue, the page of one ticket and what is done there."""
