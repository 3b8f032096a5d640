"""X behind one door: its HTTP client, its words, its rules and its errors."""
