"""Errors of several capabilities."""

from shared_schemas.errors import Text, UnavailableError


class BrokerUnavailableError(UnavailableError):
    code = "broker_unavailable"
    text = Text("The broker is not responding", "Брокер не отвечает")
