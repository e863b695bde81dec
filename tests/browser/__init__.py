"""Pages in a real browser, served by a running system."""
