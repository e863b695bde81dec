"""What people agree to, in which version, and who agreed to what."""
