"""Webhooks that are sent until the shop has taken them."""
