"""Capability `second_factor`: codes of an authenticator app, beside a password or a code that was sent."""
