"""Incidents: one cause, many tickets, one notice; everybody is answered, nobody twice."""
