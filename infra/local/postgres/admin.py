"""What an administrator does on a server, ours or another: statements outside transactions, and sign-ins.

Without SQLAlchemy, whose import is a tenth of what this process takes to start."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pg8000.native import Connection

CONNECT_SECONDS = 30
PORT = 5432


@contextmanager
def session(url: str) -> Iterator[Connection]:
    """A connection of its own, without transactions; its errors are pg8000's."""
    connection = Connection(**_arguments(url))
    try:
        yield connection
    finally:
        connection.close()


def execute(url: str, sql: str, **values: object) -> list[tuple[Any, ...]]:
    """Run one statement in its own connection; returns its rows, if any."""
    with session(url) as connection:
        return [tuple(row) for row in connection.run(sql, **values) or ()]


def role_name(service: str) -> str:
    """The database role of a service."""
    return f"cyclorama_{service}"


def set_role_passwords(url: str, passwords: Mapping[str, str]) -> None:
    """Let every service's role sign in with its password; a role that is missing is made."""
    with session(url) as connection:
        for service, password in passwords.items():
            role = role_name(service)
            # Neither name nor password can be a parameter of these statements; both are our own.
            if not connection.run("SELECT 1 FROM pg_roles WHERE rolname = :role", role=role):
                connection.run(f"CREATE ROLE {role} LOGIN")
            connection.run(f"ALTER ROLE {role} LOGIN PASSWORD '{password}'")


def service_url(admin_url: str, service: str, password: str) -> str:
    """The same database for a service's own role."""
    parts = urlsplit(admin_url)
    signed_in = f"{role_name(service)}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"
    return parts._replace(netloc=signed_in).geturl()


def _arguments(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "user": unquote(parts.username or ""),
        "password": None if parts.password is None else unquote(parts.password),
        "host": parts.hostname or "localhost",
        "port": parts.port or PORT,
        "database": unquote(parts.path.removeprefix("/")) or None,
        "ssl_context": False,
        "timeout": CONNECT_SECONDS,
    }
