"""How long the rows of each table are kept."""

FOREVER = {"users": "until they ask to be forgotten"}
