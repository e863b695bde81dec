"""What an administrator does on a server, ours or another: statements outside transactions, and sign-ins."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

CONNECT_SECONDS = 30


@contextmanager
def session(url: str) -> Iterator[Connection]:
    """A connection of its own, without transactions."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+pg8000"),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={"ssl_context": False, "timeout": CONNECT_SECONDS},
    )
    with engine.connect() as connection:
        yield connection


def execute(url: str, sql: str, **values: object) -> list[tuple[object, ...]]:
    """Run one statement in its own connection; returns its rows, if any."""
    with session(url) as connection:
        result = connection.execute(text(sql), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def role_name(service: str) -> str:
    """The database role of a service."""
    return f"cyclorama_{service}"


def set_role_passwords(url: str, passwords: Mapping[str, str]) -> None:
    """Let every service's role sign in with its password; a role that is missing is made."""
    for service, password in passwords.items():
        role = role_name(service)
        # Neither name nor password can be a parameter of these statements; both are our own.
        if not execute(url, "SELECT 1 FROM pg_roles WHERE rolname = :role", role=role):
            execute(url, f"CREATE ROLE {role} LOGIN")
        execute(url, f"ALTER ROLE {role} LOGIN PASSWORD '{password}'")


def service_url(admin_url: str, service: str, password: str) -> str:
    """The same database for a service's own role."""
    url = make_url(admin_url).set(username=role_name(service), password=password)
    return url.render_as_string(hide_password=False)
