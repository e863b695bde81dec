"""Sber's acquiring: the new gateway's JSON and the old one's forms."""
