"""What X takes back is emptied here, in time, and can be proved."""
