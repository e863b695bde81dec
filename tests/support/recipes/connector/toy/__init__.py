"""A connector that there is only in tests."""
