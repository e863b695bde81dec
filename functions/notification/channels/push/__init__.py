"""Notifications of browsers (web push)."""
