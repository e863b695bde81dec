"""What people may pay by: the gateways that are on, in the order in which the studio names them."""

from collections.abc import Iterator, Mapping, Sequence

from payment.gateways.configuration import GatewaySettings
from shared_schemas.payment.methods import OfferedMethod, OfferedProvider
from shared_schemas.payment.payments import METHOD_LABELS, PaymentMethod
from shared_schemas.providers import LABELS, Provider
from shared_schemas.words import Label


def offered(
    settings: Mapping[Provider, GatewaySettings], chosen: Sequence[str], *, two_stage: bool
) -> Iterator[OfferedProvider]:
    """The chosen gateways that have credentials, each with the methods that a payment may name."""
    by_name = {str(name): name for name in settings}
    for name in (by_name[each] for each in dict.fromkeys(chosen)):
        if settings[name].credentials:
            methods = [_method(each) for each in settings[name].methods if is_possible(each, two_stage=two_stage)]
            yield OfferedProvider(provider=name, label=Label.of(LABELS[name]), methods=methods)


def is_possible(method: PaymentMethod, *, two_stage: bool) -> bool:
    """The money of SBP cannot be held."""
    return method != "sbp" or not two_stage


def _method(method: PaymentMethod) -> OfferedMethod:
    return OfferedMethod(method=method, label=Label.of(METHOD_LABELS[method]))
