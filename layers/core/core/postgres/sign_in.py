"""How to sign in to the database, from a service's settings. Imports neither the driver nor SQLAlchemy."""

import os
import ssl
from typing import Any, Literal, Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from core.aws.credentials import credentials
from core.clock import SystemClock
from core.postgres.iam_token import iam_token


class DatabaseSettings(Protocol):
    """The settings that the connection needs."""

    @property
    def service(self) -> str: ...
    @property
    def database_url(self) -> str: ...
    @property
    def database_iam_auth(self) -> bool: ...


class SignIn:
    """One service's way in; `socket_seconds` is how long an answer may take.

    `ValueError` for a TLS mode that protects nothing."""

    def __init__(self, settings: DatabaseSettings, socket_seconds: float | None) -> None:
        url = urlsplit(settings.database_url)
        self._iam = settings.database_iam_auth
        self._arguments: dict[str, Any] = {
            "user": unquote(url.username or ""),
            "password": _unquoted(url.password),
            "host": url.hostname or "localhost",
            "port": url.port or 5432,
            "database": unquote(url.path.removeprefix("/")) or None,
            # A token must not be sent without TLS, even if the URL does not ask for it. Left unset, pg8000 builds an
            # unverified TLS context on every connect (28 ms).
            "ssl_context": _tls(url, default="verify-full" if self._iam else "disable"),
            "timeout": socket_seconds,
            # Nothing besides: RDS Proxy lets nobody in who brings options. Time-outs are settings of the role.
            "application_name": f"cyclorama-{settings.service}",
        }

    def arguments(self) -> dict[str, Any]:
        """What pg8000's connections take. An IAM token lives 15 minutes, so each gets its own; `CredentialsError` where
        there is nothing to sign it with."""
        return {**self._arguments, **({"password": self._token()} if self._iam else {})}

    def _token(self) -> Any:
        host, port, user = (self._arguments[name] for name in ("host", "port", "user"))
        return iam_token(host, port, user, os.environ["AWS_REGION"], credentials(), SystemClock().now())


def _tls(url: SplitResult, default: str) -> ssl.SSLContext | Literal[False]:
    """The TLS context for libpq's `sslmode` and `sslrootcert`, which pg8000 does not know."""
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    mode, authorities = query.get("sslmode", default), query.get("sslrootcert")
    if mode == "disable":
        return False
    if mode != "verify-full":
        raise ValueError(f"sslmode must be disable or verify-full, not {mode}: anything between can be intercepted")
    return ssl.create_default_context(cafile=authorities)


def _unquoted(value: str | None) -> str | None:
    return value if value is None else unquote(value)
