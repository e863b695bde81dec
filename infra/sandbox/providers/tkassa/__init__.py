"""T-Kassa, API v2."""
