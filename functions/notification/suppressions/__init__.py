"""Addresses that get no more mail, and why."""
