"""Systems that a shop tells of what happens: receivers of webhooks, a messenger, CRMs."""
