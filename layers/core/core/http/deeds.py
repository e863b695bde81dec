"""What a request is in the trail: who does what to which thing, as far as the request itself tells."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from chalice.app import Request

from core.http.operations import Operation
from core.identity import Identity
from core.trail.deed import Deed
from core.trail.shown import shown_fields


def deed_of(
    operation: Operation, request: Request, identity: Identity | None, arguments: Mapping[str, Any]
) -> Deed | None:
    """None for a route that changes nothing, unless it says that it is told of all the same."""
    if operation.method == "GET" and not operation.leaves_line:
        return None
    deed = Deed(operation.name, network=_network(request.context))
    if identity and identity.is_staff:
        deed.actor = identity
        deed.target, deed.names_a_thing = _target(operation.path, arguments)
        deed.asked = shown_fields(arguments.get("body") or {})
    return deed


def _network(context: Mapping[str, Any]) -> str | None:
    """The network that a call comes from, without the part of the address that leads to one person: /24, or /48."""
    address = str((context.get("identity") or {}).get("sourceIp") or "")
    try:
        exact = ip_address(address)
    except ValueError:
        return None
    mapped = exact.ipv4_mapped if isinstance(exact, IPv6Address) else None
    known = mapped or exact
    return str(ip_network((known, 24 if known.version == 4 else 48), strict=False))


def _target(path: str, arguments: Mapping[str, Any]) -> tuple[str, bool]:
    """The last thing that a path names, by its kind: `refund:<id>` of `/v1/payments/<id>/refunds/<id>/decision`."""
    parts = path.strip("/").split("/")
    named = [place for place, part in enumerate(parts) if part.startswith("{")]
    if not named:
        return _one_of(parts[-1]), False
    place = named[-1]
    return f"{_one_of(parts[place - 1])}:{arguments[parts[place].strip('{}')]}", True


def _one_of(kind: str) -> str:
    return kind.removesuffix("ies") + "y" if kind.endswith("ies") else kind.removesuffix("s")
