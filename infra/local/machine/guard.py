"""Which requests a local port answers: those that name it as their Host, and come from no other site's page.

Browsers let any page send requests to 127.0.0.1. A page whose own name is made to point there (DNS rebinding) reads the
answers, too: then the Host is that name.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

NAMES = ("127.0.0.1", "localhost", "[::1]")
# What another site may do without telling its origin: open a page, and fetch what it cannot read (Sec-Fetch-Mode).
LINKS = frozenset({"navigate"})
LINKS_AND_FILES = frozenset({"navigate", "no-cors"})
STATUS = 403
CONTENT_TYPE = "application/problem+json"
REFUSAL = json.dumps(
    {
        "type": "https://cyclorama.example/problems/foreign_request",
        "title": "Forbidden",
        "status": STATUS,
        "code": "foreign_request",
        "detail": "A local port answers to its own address and pages only; CYCLORAMA_HOSTS names further ones",
    }
).encode()


@dataclass(frozen=True)
class Guard:
    """The values of Host and Origin that one port answers to; `modes` are open to other sites."""

    hosts: frozenset[str]
    origins: frozenset[str]
    modes: frozenset[str]

    @classmethod
    def of(
        cls, port: int, hosts: Iterable[str] = (), origins: Iterable[str] = (), modes: frozenset[str] = frozenset()
    ) -> Self:
        """The guard of a port on this machine, which is also reached as `hosts`."""
        known = {f"{name}:{port}" for name in NAMES} | {host.lower() for host in hosts}
        own = {f"{scheme}://{host}" for scheme in ("http", "https") for host in known}
        return cls(frozenset(known), frozenset(own) | frozenset(origins), modes)

    def admits(self, header: Callable[[str], str | None]) -> bool:
        """Whether to answer; `header` gives the value of a header by its name in small letters."""
        if (header("host") or "").lower() not in self.hosts:
            return False
        if (origin := header("origin")) is not None:
            return origin in self.origins
        # Without an Origin only a browser says where from: programs send no such header.
        at_home = header("sec-fetch-site") in (None, "none", "same-origin")
        return at_home or header("sec-fetch-mode") in self.modes
