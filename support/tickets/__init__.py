"""Work owed to a customer: states, notes, assignment, the queue."""
