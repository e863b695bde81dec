"""Keys that sign tokens, and how they change while tokens are out."""
