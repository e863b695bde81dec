"""The recipe of a connector, played with a toy."""
