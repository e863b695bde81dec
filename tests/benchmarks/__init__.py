"""Speed, as ratios to what PostgreSQL itself costs on the same machine; never asserted."""
