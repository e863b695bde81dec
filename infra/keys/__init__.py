"""Rotates the keys that sign tokens, on AWS; `infra/local/cli/keys.py` does so on one machine."""
