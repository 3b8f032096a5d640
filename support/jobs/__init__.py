"""What workers do. A job finds the thing and calls its verb; the row is the truth.

RQ carries a doorbell only: a job that is lost is rung for again, one that runs twice finds
nothing to do.
"""
