"""Chats of messengers that people connected."""
