"""Sandbox payment gateways, mail and SMS for one machine; a program of its own that knows nothing of its users."""
