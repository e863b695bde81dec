"""Refusals that several capabilities share; each has its own in `<capability>/errors.py`."""

from shared_schemas.errors import RejectedError, Text


class ProviderUnavailableError(RejectedError):
    code = "provider_unavailable"
    text = Text("This studio does not take payments through {provider}", "Студия не принимает платежи через {provider}")
