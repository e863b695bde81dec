"""Goes to infra/sandbox/providers/toypay/."""
