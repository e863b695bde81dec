"""Payments as every sandbox gateway keeps them."""
