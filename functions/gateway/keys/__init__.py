"""Capability `keys`: the keys of tokens, and their public halves."""
