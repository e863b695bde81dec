"""Pages for people: the pay page, the outbox, the operator's."""
