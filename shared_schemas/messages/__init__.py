"""Contracts of messages to people, by capability."""
