"""How messages reach people: one module for each provider."""
