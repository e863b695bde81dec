"""Writes `docs/access.md` from the table of access; with `--check` it only compares."""

import sys
from collections.abc import Iterator
from pathlib import Path

from core.http.limits import Limit, parse_limits
from core.http.operations import Operation
from core.settings import LimitSettings
from infra.generate.openapi import operations
from shared_schemas.access import ACCESS, Access, scopes
from shared_schemas.common import Role

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "access.md"
PEOPLE = (Role.CLIENT, Role.MANAGER, Role.ADMIN)
HEADER = """\
# Who may call what

Written by `make openapi` from `shared_schemas/access.py`, which the services check callers by.

● may call it. A client sees and changes own things only, a guest the one booking that the token was given for; what
belongs to somebody else is answered as if it were not there. A route without a scope is closed to API keys. Nobody else
than the services named here gets in with a service's token. *Calls* is the class that a call is
[counted](#classes-of-calls) with.
"""
COLUMNS = """
| route | without token | guest | client | manager | admin | service | scope of a key | calls |
|---|:-:|:-:|:-:|:-:|:-:|---|---|---|"""
UNPROVEN = """\
Staff who lack the second factor that `STAFF_SECOND_FACTOR` requires are answered 403 `second_factor_missing`, but for
"""
CLASSES = """
## Classes of calls

How many calls one account, API key or (without a token) address may make, by `CALL_LIMITS`, here with its defaults. All
of them may come at once; then there is one more each so many seconds. Each answer says what remains in `RateLimit` and
`RateLimit-Policy`; beyond the limit it is 429 `too_many_calls` with `Retry-After`. Services are not counted. To read
and to write is limited for all together (`ThrottlingRate`), and by address with everything else
(`RequestsPerAddress`): 429 `throttled`.

| class | calls | in seconds | then one each |
|---|--:|--:|--:|
"""


def page() -> str:
    """The whole page."""
    parts = [HEADER]
    for service, group in operations().items():
        rows = [_row(f"{each.method} {each.path}", each.access) for each in sorted(group, key=_place)]
        parts.append("\n".join([f"\n## {service.capitalize()}\n{COLUMNS}", *rows, ""]))
    parts.append(CLASSES + "\n".join(_class(*each) for each in parse_limits(LimitSettings().call_limits).items()))
    unproven = ", ".join(f"`{route}`" for route, access in ACCESS.items() if access.unproven)
    parts.append(f"\n\n## Without a second factor\n\n{UNPROVEN}{unproven}.")
    return "".join([*parts, "\n\n## Scopes\n\n", ", ".join(f"`{scope}`" for scope in scopes(ACCESS)), ".\n"])


def _class(name: str, limit: Limit) -> str:
    return f"| {name} | {limit.calls} | {limit.seconds} | {limit.cost.total_seconds():g} s |"


def _place(operation: Operation) -> tuple[str, int]:
    return operation.path, list(ACCESS).index(f"{operation.method} {operation.path}")


def _row(route: str, access: Access) -> str:
    return f"| {' | '.join(_cells(route, access))} |"


def _cells(route: str, access: Access) -> Iterator[str]:
    yield f"`{route}`"
    yield "●" if access.is_open or access.strangers else ""
    yield "●" if access.is_open or access.guests else ""
    yield from ("●" if access.is_open or role in access.roles else "" for role in PEOPLE)
    yield ", ".join(sorted(access.services))
    yield f"`{access.scope}`" if access.scope else ""
    yield access.limit or ""


def main() -> None:
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        raise SystemExit(f"{PAGE.relative_to(ROOT)} is not current: run `make openapi`")


if __name__ == "__main__":
    main()
