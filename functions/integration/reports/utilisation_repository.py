"""SQL for utilisation: sold minutes against the halls' hours."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from integration.reports.domain import CLOSED, Timetable
from integration.reports.ports import Answer
from shared_schemas.integration.reports import UtilisationQuery, UtilisationRow

# Equal stretches of equal days are counted before anything is computed of them: there are far fewer than visits.
UTILISATION = """
WITH rooms AS (SELECT * FROM jsonb_to_recordset(CAST(:rooms AS jsonb)) AS r (hall_id uuid, space_id uuid)),
days AS MATERIALIZED (
    SELECT k.space_id, k.kind, CAST(:first AS date) + CAST(number AS int) AS day
      FROM jsonb_to_recordset(CAST(:days AS jsonb)) AS k (space_id uuid, kind int, numbers jsonb),
           jsonb_array_elements_text(k.numbers) AS number),
stretches AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(CAST(:stretches AS jsonb))
        AS s (kind int, hour int, opens int, closes int, open int)),
taken AS (
    SELECT coalesce(r.space_id, t.hall_id) AS space_id, t.day, t.from_minute, t.to_minute
      FROM integration.hall_times t LEFT JOIN rooms r ON r.hall_id = t.hall_id
     WHERE t.day >= :first AND t.day <= :last {of_purpose}),
counted AS (
    SELECT {taken_space} AS space_id, coalesce(d.kind, :closed) AS kind, {taken_weekday} AS weekday,
           {taken_date} AS date, t.from_minute, t.to_minute, count(*) AS number
      FROM taken t LEFT JOIN days d ON d.space_id = t.space_id AND d.day = t.day
     {of_taken} GROUP BY 1, 2, 3, 4, 5, 6),
sold AS (
    SELECT c.space_id, c.weekday, s.hour, c.date,
           sum(number * (least(to_minute, closes) - greatest(from_minute, opens))) AS sold,
           sum(number * (least(to_minute, closes) - greatest(from_minute, opens))) FILTER (WHERE open = 0) AS outside
      FROM counted c
      JOIN stretches s ON s.kind = c.kind AND s.opens < c.to_minute AND s.closes > c.from_minute
     GROUP BY 1, 2, 3, 4),
kept AS (
    SELECT {kept_space} AS space_id, d.kind, {kept_weekday} AS weekday, {kept_date} AS date, count(*) AS number
      FROM days d {of_kept} GROUP BY 1, 2, 3, 4),
opened AS (
    SELECT k.space_id, k.weekday, s.hour, k.date, sum(k.number * (closes - opens) * open) AS minutes
      FROM kept k JOIN stretches s ON s.kind = k.kind WHERE s.open > 0 GROUP BY 1, 2, 3, 4)
SELECT {keys}, grouping({keys}) > 0 AS is_total, coalesce(sum(sold), 0) AS sold_minutes,
       coalesce(sum(outside), 0) AS outside_minutes, coalesce(sum(minutes), 0) AS open_minutes
  FROM (SELECT space_id, weekday, hour, date, sold, outside, NULL AS minutes FROM sold
        UNION ALL SELECT space_id, weekday, hour, date, NULL, NULL, minutes FROM opened) f
 GROUP BY GROUPING SETS (({keys}), ()) ORDER BY is_total, {keys}
"""
# Only the time that is sold is for something; hours that are open are for anything.
OF_PURPOSE = """AND EXISTS (SELECT FROM integration.visits v
                             WHERE v.booking_id = t.booking_id AND v.visit_purpose = :visit_purpose)"""
KEYS = {"hall": "space_id", "weekday_hour": "weekday, hour", "day": "date", "week": "date", "month": "date"}
# What rows are about, of a table with `space_id` and `day`; whatever they are not about is left out of the counting.
SPACES = {"hall": "{0}.space_id"}
WEEKDAYS = dict.fromkeys(("weekday", "weekday_hour"), "CAST(extract(isodow FROM {0}.day) AS int)")
DATES = {
    "day": "{0}.day",
    "week": "CAST(date_trunc('week', {0}.day) AS date)",
    "month": "CAST(date_trunc('month', {0}.day) AS date)",
}


def utilisation(connection: Connection, query: UtilisationQuery, table: Timetable) -> Answer[UtilisationRow]:
    """Of the days `from` to `to`; halls that are not in the timetable are never open."""
    parts = {
        "space": SPACES.get(query.by, "CAST(NULL AS uuid)"),
        "weekday": WEEKDAYS.get(query.by, "CAST(NULL AS int)"),
        "date": DATES.get(query.by, "CAST(NULL AS date)"),
    }
    of_hall = "WHERE {0}.space_id = ANY(:spaces)" if query.hall_id else ""
    statement = UTILISATION.format(
        **{f"taken_{name}": part.format("t") for name, part in parts.items()},
        **{f"kept_{name}": part.format("d") for name, part in parts.items()},
        of_taken=of_hall.format("t"),
        of_kept=of_hall.format("d"),
        of_purpose=OF_PURPOSE if query.visit_purpose else "",
        keys=KEYS.get(query.by, query.by),
    )
    values: dict[str, Any] = {
        "rooms": json.dumps([{"hall_id": str(hall), "space_id": str(space)} for hall, space in table.rooms]),
        "days": json.dumps([_days(*key, days, query.from_) for key, days in table.days.items()]),
        "stretches": json.dumps([asdict(stretch) for stretch in table.stretches]),
        "first": query.from_,
        "last": query.to - query.to.resolution,
        "closed": CLOSED,
    }
    if query.visit_purpose:
        values["visit_purpose"] = query.visit_purpose
    if query.hall_id:
        values["spaces"] = table.spaces(query.hall_id)
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


def _days(space: UUID, kind: int, days: Sequence[date], first: date) -> dict[str, Any]:
    """By their distance from the first, which takes a fifth of the room of a date."""
    return {"space_id": str(space), "kind": kind, "numbers": [(day - first).days for day in days]}
