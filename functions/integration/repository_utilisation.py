"""SQL of utilisation: sold minutes against the halls' week."""

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, text

from integration.domain_reports import NOWHERE, Week
from integration.ports_reports import Answer
from shared_schemas.reports import UtilisationQuery, UtilisationRow

# Equal stretches are counted before anything is computed of them: there are far fewer of these than visits.
UTILISATION = """
WITH rooms AS (SELECT * FROM jsonb_to_recordset(CAST(:rooms AS jsonb)) AS r (hall_id uuid, space_id uuid)),
stretches AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:stretches AS jsonb))
        AS s (space_id uuid, weekday int, hour int, opens int, closes int, open boolean)),
days AS (
    SELECT CAST(extract(isodow FROM day) AS int) AS weekday, {bucket} AS date, count(*) AS number
      FROM (SELECT CAST(generate_series(CAST(:first AS timestamp), CAST(:last AS timestamp), '1 day') AS date) AS day) d
     GROUP BY 1, 2),
counted AS MATERIALIZED (
    SELECT hall_id, CAST(extract(isodow FROM day) AS int) AS weekday, {bucket} AS date, from_minute, to_minute,
           count(*) AS number
      FROM integration.hall_times WHERE day >= :first AND day <= :last GROUP BY 1, 2, 3, 4, 5),
sold AS (
    SELECT coalesce(r.space_id, c.hall_id) AS space_id, s.weekday, s.hour, c.date,
           sum(number * (least(to_minute, closes) - greatest(from_minute, opens))) AS sold,
           sum(number * (least(to_minute, closes) - greatest(from_minute, opens))) FILTER (WHERE NOT open) AS outside
      FROM counted c LEFT JOIN rooms r ON r.hall_id = c.hall_id
      JOIN stretches s ON s.space_id = coalesce(r.space_id, :nowhere) AND s.weekday = c.weekday
                      AND s.opens < c.to_minute AND s.closes > c.from_minute
     GROUP BY 1, 2, 3, 4),
opened AS (
    SELECT s.space_id, s.weekday, s.hour, d.date, sum(d.number * (closes - opens)) AS minutes
      FROM stretches s JOIN days d ON d.weekday = s.weekday WHERE s.open GROUP BY 1, 2, 3, 4)
SELECT {keys}, grouping({keys}) > 0 AS is_total, coalesce(sum(sold), 0) AS sold_minutes,
       coalesce(sum(outside), 0) AS outside_minutes, coalesce(sum(minutes), 0) AS open_minutes
  FROM (SELECT space_id, weekday, hour, date, sold, outside, NULL AS minutes FROM sold
        UNION ALL SELECT space_id, weekday, hour, date, NULL, NULL, minutes FROM opened) f
 {of_hall} GROUP BY GROUPING SETS (({keys}), ()) ORDER BY is_total, {keys}
"""
KEYS = {"hall": "space_id", "weekday_hour": "weekday, hour", "day": "date", "week": "date", "month": "date"}
BUCKETS = {
    "day": "day",
    "week": "CAST(date_trunc('week', day) AS date)",
    "month": "CAST(date_trunc('month', day) AS date)",
}


def utilisation(connection: Connection, query: UtilisationQuery, week: Week) -> Answer[UtilisationRow]:
    """Of the days `from` to `to`; halls that are not in the week are never open."""
    statement = UTILISATION.format(
        bucket=BUCKETS.get(query.by, "CAST(NULL AS date)"),
        keys=KEYS.get(query.by, query.by),
        of_hall="WHERE space_id = ANY(:spaces)" if query.hall_id else "",
    )
    values: dict[str, Any] = {
        "rooms": json.dumps([{"hall_id": str(hall), "space_id": str(space)} for hall, space in week.rooms]),
        "stretches": json.dumps([asdict(stretch) for stretch in week.stretches], default=str),
        "first": query.from_,
        "last": query.to - query.to.resolution,
        "nowhere": NOWHERE,
    }
    if query.hall_id:
        values["spaces"] = week.spaces(query.hall_id)
    rows = [_row(row._mapping) for row in connection.execute(text(statement), values)]
    return rows[:-1], rows[-1]


def _row(row: Any) -> UtilisationRow:
    figures = {name: int(row[name]) for name in ("sold_minutes", "outside_minutes", "open_minutes")}
    inside, opened = figures["sold_minutes"] - figures["outside_minutes"], figures["open_minutes"]
    keys = {name: row.get(name) for name in ("weekday", "hour", "date")} if not row["is_total"] else {}
    return UtilisationRow(
        **keys,
        **figures,
        hall_id=row.get("space_id"),
        percent=round(100 * inside / opened, 1) if opened else None,
    )
