"""Contracts of the gateway, as far as they do not stand in a file of their own above."""
