"""A push service."""
