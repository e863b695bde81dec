"""Real events on demand: each type has a recipe of the requests that bring it about."""
