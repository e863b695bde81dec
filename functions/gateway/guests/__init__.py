"""People who book without an account."""
