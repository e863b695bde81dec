"""Chats of messengers and browsers that people connected."""
