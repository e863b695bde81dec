"""Contracts of the ways to pay that are on."""

from shared_schemas.common import Contract
from shared_schemas.payment.payments import PaymentMethod
from shared_schemas.providers import Provider
from shared_schemas.words import Label


class OfferedMethod(Contract):
    """A way to pay that may be named beforehand, as `method` of a payment."""

    method: PaymentMethod
    label: Label


class OfferedProvider(Contract):
    """A gateway that is on. With no `methods` the payer chooses on the gateway's page."""

    provider: Provider
    label: Label
    methods: list[OfferedMethod]
