"""What a linter of security says of the templates, beside what was accepted and why."""
