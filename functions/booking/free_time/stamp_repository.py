"""SQL for the stamp of free time: what was answered before is still true while it stays the same."""

from datetime import datetime

from sqlalchemy import Connection, text

from booking.time.ranges import TimeRange
from core.postgres.database import ALONE
from shared_schemas.booking.halls import HallRequest

# Claims count by their sum, which needs no order. A hall's version counts every change of its rules and its exceptions.
# Time passes over the first quarter of an hour that can still be sold, and the last: beyond the window neither matters.
STAMP = text("""
SELECT md5(concat_ws(' ',
    (SELECT string_agg(concat_ws(' ', h.id, h.version,
                greatest(ceil((t.now + 60 * coalesce((h.details->>'notice_minutes')::int, :notice)) / 900), t.first),
                least(floor((t.now + 86400 * coalesce((h.details->>'horizon_days')::int, :horizon)) / 900), t.last)),
                ',' ORDER BY h.id)
       FROM booking.halls h
      CROSS JOIN (SELECT CAST(:now AS float8), CAST(:first AS float8), CAST(:last AS float8)) AS t (now, first, last)),
    (SELECT sum(hash_range_extended(o.during, uuid_hash_extended(o.hall_id, 0)))
       FROM booking.halls h
       JOIN booking.occupancy o ON o.hall_id = h.id AND o.during && tstzrange(:start, :end)),
    (SELECT max(p.version) FROM booking.policies p),
    (SELECT concat_ws(' ', v.number, v.xmin, v.activated_at) FROM booking.tariff_versions v WHERE v.status = 'active')))
""").execution_options(**ALONE)
DEFAULTS = {"notice": "notice_minutes", "horizon": "horizon_days"}


class StampRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stamp(self, window: TimeRange, now: datetime) -> str:
        first, last = (edge.timestamp() // 900 for edge in (window.start, window.end))
        values = {"start": window.start, "end": window.end, "first": first, "last": last, "now": now.timestamp()}
        defaults = {name: HallRequest.model_fields[field].default for name, field in DEFAULTS.items()}
        return str(self._connection.execute(STAMP, {**values, **defaults}).scalar_one())
