"""What a client of the released contract would stumble over; each break is one sentence with its place in front."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.contract.schemas import Comparison, Direction

Reduced = Mapping[str, Any]


def breaks(released: Reduced, now: Reduced) -> list[str]:
    """All breaks, sorted; nothing for what was only added."""
    compared = Comparison(released["schemas"], now["schemas"])
    found = set[str]()
    for name, operation in released["operations"].items():
        if name not in now["operations"]:
            found.add(f"{name}: is gone")
        else:
            found.update(_operation(name, operation, now["operations"][name], compared))
    for kind, call in released["webhooks"].items():
        if kind not in now["webhooks"]:
            found.add(f"webhook {kind}: is not sent any more")
        else:
            found.update(_webhook(f"webhook {kind}", call, now["webhooks"][kind], compared))
    return sorted(found)


def _operation(name: str, old: Reduced, new: Reduced, compared: Comparison) -> Iterator[str]:
    if old["id"] != new["id"]:
        yield f"{name}: is called {new['id']}, was {old['id']}"
    yield from _parameters(name, old["parameters"], new["parameters"], compared)
    yield from _body(name, old.get("body"), new.get("body"), compared)
    yield from _callers(name, old, new)
    for status, contents in old["answers"].items():
        if status not in new["answers"]:
            yield f"{name}: does not answer {status} any more"
        else:
            yield from _contents(f"{name} {status}", contents, new["answers"][status], compared, Direction.OUT)
    for code, status in old["codes"].items():
        if code not in new["codes"]:
            yield f"{name}: does not refuse with {code} any more"
        elif new["codes"][code] != status:
            yield f"{name}: {code} is {new['codes'][code]}, was {status}"


def _parameters(name: str, old: Reduced, new: Reduced, compared: Comparison) -> Iterator[str]:
    for parameter, described in old.items():
        if parameter not in new:
            yield f"{name}: takes no {parameter} any more"
            continue
        if new[parameter]["required"] and not described["required"]:
            yield f"{name}: {parameter} must be there"
        yield from compared.run(f"{name} {parameter}", described["schema"], new[parameter]["schema"], Direction.IN)
    for parameter in new.keys() - old.keys():
        if new[parameter]["required"]:
            yield f"{name}: a new {parameter} must be there"


def _body(name: str, old: Reduced | None, new: Reduced | None, compared: Comparison) -> Iterator[str]:
    if old and not new:
        yield f"{name}: takes no body any more"
    elif new and new["required"] and not (old and old["required"]):
        yield f"{name}: a body must be there"
    if old and new:
        yield from _contents(f"{name} body", old["contents"], new["contents"], compared, Direction.IN)


def _callers(name: str, old: Reduced, new: Reduced) -> Iterator[str]:
    # Once nobody has to prove anything, every way of doing so is as good as before.
    if new["ways in"] and not old["ways in"]:
        yield f"{name}: needs a token"
    elif new["ways in"]:
        for way in old["ways in"]:
            if way not in new["ways in"]:
                yield f"{name}: cannot be called with {' and '.join(way) or 'no token'} any more"
        for role in old["roles"]:
            if role not in new["roles"]:
                yield f"{name}: is closed to {role}"


def _contents(name: str, old: Reduced, new: Reduced, compared: Comparison, direction: Direction) -> Iterator[str]:
    for media_type, schema in old.items():
        if media_type not in new:
            yield f"{name}: is not {media_type} any more"
        else:
            yield from compared.run(name, schema, new[media_type], direction)


def _webhook(name: str, old: Reduced, new: Reduced, compared: Comparison) -> Iterator[str]:
    for header in old["headers"]:
        if header not in new["headers"]:
            yield f"{name}: has no {header} any more"
    yield from _contents(name, old["contents"], new["contents"], compared, Direction.OUT)
