"""Mail and SMS that were sent here instead of to people."""
