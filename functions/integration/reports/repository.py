"""SQL for reports; utilisation is in `utilisation_repository`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, text

from core.postgres.database import DEFERRED
from integration.reports.domain import Timetable
from integration.reports.ports import Answer
from integration.reports.utilisation_repository import utilisation
from integration.visits.domain import SOLD
from integration.visits.sums_repository import PART, mostly_kept, summed
from shared_schemas.common import Contract, Money, SignedMoney
from shared_schemas.integration.reports import (
    HoldsQuery,
    HoldsRow,
    LeadTimeQuery,
    LeadTimeRow,
    NoShowsQuery,
    NoShowsRow,
    PromoCodesQuery,
    PromoCodesRow,
    ReportQuery,
    RevenueQuery,
    RevenueRow,
    UtilisationQuery,
    UtilisationRow,
)

R = TypeVar("R", bound=Contract)
# Of money, which belongs to halls and tariffs by the shares of its booking, to the kopeck.
REVENUE = """
SELECT key, grouping(key) = 1 AS is_total, count({counted}) FILTER (WHERE amount > 0) AS payments,
       coalesce(sum(part) FILTER (WHERE amount > 0), 0) AS gross,
       coalesce(-sum(part) FILTER (WHERE amount < 0), 0) AS refunds, coalesce(sum(part), 0) AS net
  FROM (SELECT {key} AS key, id, amount, part FROM {source}) k
 GROUP BY GROUPING SETS ((key), ()) ORDER BY 2, 1
"""
WHOLE = "(SELECT m.*, m.amount AS part {visit} WHERE m.at >= :since AND m.at < :until {chosen}) m"
SHARED = """(
    SELECT m.*, s.hall_id, s.tariff,
           {part} AS part
      {visit} LEFT JOIN integration.visit_shares s ON s.booking_id = m.booking_id
     WHERE m.at >= :since AND m.at < :until {chosen}
) m"""
MOVED = "FROM integration.movements m"
# Only where it is asked what the visit was for: of a million payments, it is a million visits more to read.
MOVED_FOR = """FROM (SELECT p.*, v.visit_purpose FROM integration.movements p
                     LEFT JOIN integration.visits v ON v.booking_id = p.booking_id) m"""
HOLDS = """
SELECT key, grouping(key) = 1 AS is_total, count(*) AS created, count(confirmed_at) AS confirmed,
       count(*) FILTER (WHERE confirmed_at IS NULL AND status = 'expired') AS expired,
       count(*) FILTER (WHERE confirmed_at IS NULL AND status = 'cancelled') AS cancelled,
       count(*) FILTER (WHERE confirmed_at IS NULL AND status NOT IN ('expired', 'cancelled')) AS waiting,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY date_part('epoch', confirmed_at - created_at) / 60)
           FILTER (WHERE confirmed_at IS NOT NULL) AS median_minutes
  FROM (SELECT {key} AS key, status, created_at, confirmed_at FROM integration.visits
         WHERE created_at >= :since AND created_at < :until {chosen}) k
 GROUP BY GROUPING SETS ((key), ()) ORDER BY 2, 1
"""
LEAD_TIMES = """
SELECT key, grouping(key) = 1 AS is_total, count(*) AS visits, coalesce(sum(total), 0) AS total,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) AS median_hours,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY hours) AS p90_hours
  FROM (SELECT total, hours, width_bucket(hours / 24, CAST(:edges AS float8[])) AS key
          FROM (SELECT total, greatest(date_part('epoch', starts_at - created_at) / 3600, 0) AS hours
                  FROM integration.visits
                 WHERE local_start >= :first AND local_start < :after AND created_at IS NOT NULL
                   AND status = ANY(:sold) {chosen}) h) k
 GROUP BY GROUPING SETS ((key), ()) ORDER BY 2, 1
"""
NO_SHOWS = """
SELECT key, grouping(key) = 1 AS is_total, count(*) AS visits, count(*) FILTER (WHERE status = 'no_show') AS no_shows,
       coalesce(sum(total) FILTER (WHERE status = 'no_show'), 0) AS missed
  FROM (SELECT {key} AS key, status, total FROM integration.visits
         WHERE local_start >= :first AND local_start < :after AND status IN ('completed', 'no_show') {chosen}) k
 GROUP BY GROUPING SETS ((key), ()) ORDER BY 2, 1
"""
PROMO_CODES = """
SELECT promo_code AS key, grouping(promo_code) = 1 AS is_total, count(*) AS created, count(confirmed_at) AS confirmed,
       coalesce(sum(total) FILTER (WHERE status = ANY(:sold)), 0) AS sold,
       coalesce(sum(promo_discount) FILTER (WHERE status = ANY(:sold)), 0) AS discount
  FROM integration.visits
 WHERE created_at >= :since AND created_at < :until AND promo_code IS NOT NULL {chosen}
 GROUP BY GROUPING SETS ((promo_code), ()) ORDER BY 2, 1
"""
# A year is added up in memory, where the server's usual 4 MB would have it sorted on the disk.
ROOM = text("SELECT public.for_this_transaction('work_mem', '32MB')")
# By the names of what may be chosen.
CHOSEN = {"hall_id": "AND {of}hall_id = :hall_id", "visit_purpose": "AND {of}visit_purpose = :visit_purpose"}
# The name of the rows' own column, by what they are divided by.
COLUMNS = {"hall": "hall_id", "day": "date", "week": "date", "month": "date"}
# By what revenue is divided that is added up day by day; not for one hall, whose money has parts of several tariffs,
# nor for one purpose.
SUMMED = ("hall", "tariff")
PERIODS = ("day", "week", "month")


class ReportRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def utilisation(self, query: UtilisationQuery, table: Timetable) -> Answer[UtilisationRow]:
        self._take_room()
        return utilisation(self._connection, query, table)

    def revenue(self, query: RevenueQuery, since: datetime, until: datetime) -> Answer[RevenueRow]:
        shared = bool(query.hall_id or query.by in SUMMED)
        by_column = COLUMNS.get(query.by, query.by)
        if query.by in SUMMED and not _chosen(query) and mostly_kept(self._connection, since, until):
            found = self._rows(summed(by_column), query, since=since, until=until, kind=query.by)
            return _answer(RevenueRow, by_column, found, "gross", "refunds")
        source = _source(query, shared=shared)
        key = _period(query.by, "at AT TIME ZONE :zone") or by_column
        # Of a movement that is one row, nothing need be sorted out.
        statement = REVENUE.format(key=key, source=source, counted="DISTINCT id" if shared else "*")
        found = self._rows(statement, query, since=since, until=until, zone=query.timezone)
        return _answer(RevenueRow, by_column, found, "gross", "refunds")

    def holds(self, query: HoldsQuery, since: datetime, until: datetime) -> Answer[HoldsRow]:
        by_column = COLUMNS.get(query.by, query.by)
        key = _period(query.by, "created_at AT TIME ZONE :zone") or by_column
        statement = HOLDS.format(key=key, chosen=_chosen(query))
        found = self._rows(statement, query, since=since, until=until, zone=query.timezone)
        return _answer(HoldsRow, by_column, [_share(row, "confirmed", "created") for row in found])

    def lead_times(self, query: LeadTimeQuery, edges: Sequence[int]) -> Answer[LeadTimeRow]:
        statement = LEAD_TIMES.format(chosen=_chosen(query))
        found = self._rows(statement, query, edges=list(edges), sold=sorted(SOLD))
        whole = found[-1]["visits"]
        rows = [_share({**row, "whole": whole}, "visits", "whole") for row in found]
        return _answer(LeadTimeRow, "from_days", [_lead(row, edges) for row in rows], "total")

    def no_shows(self, query: NoShowsQuery) -> Answer[NoShowsRow]:
        statement = NO_SHOWS.format(key=_no_show_key(query.by), chosen=_chosen(query))
        found = self._rows(statement, query)
        rows = [_share(row, "no_shows", "visits") for row in found]
        return _answer(NoShowsRow, COLUMNS.get(query.by, query.by), rows, "missed")

    def promo_codes(self, query: PromoCodesQuery, since: datetime, until: datetime) -> Answer[PromoCodesRow]:
        statement = PROMO_CODES.format(chosen=_chosen(query))
        found = self._rows(statement, query, since=since, until=until, sold=sorted(SOLD))
        return _answer(PromoCodesRow, "promo_code", found, "sold", "discount")

    def _rows(self, statement: str, query: ReportQuery, **more: Any) -> list[dict[str, Any]]:
        values = {"first": query.from_, "after": query.to, "hall_id": query.hall_id} | more
        values["visit_purpose"] = query.visit_purpose
        asked = {name: value for name, value in values.items() if f":{name}" in statement}
        self._take_room()
        return [dict(row._mapping) for row in self._connection.execute(text(statement), asked)]

    def _take_room(self) -> None:
        """For this transaction alone."""
        self._connection.execute(ROOM, execution_options=DEFERRED)


def _chosen(query: ReportQuery, hall: str = "", purpose: str = "") -> str:
    """What narrows the question; `hall` and `purpose` begin with whose columns those are."""
    told = {"hall_id": hall, "visit_purpose": purpose}
    return " ".join(CHOSEN[name].format(of=of) for name, of in told.items() if getattr(query, name))


def _source(query: RevenueQuery, *, shared: bool) -> str:
    visit = MOVED_FOR if query.visit_purpose or query.by == "visit_purpose" else MOVED
    return (SHARED if shared else WHOLE).format(part=PART, visit=visit, chosen=_chosen(query, "s.", "m."))


def _period(by: str, local: str) -> str | None:
    return f"CAST(date_trunc('{by}', {local}) AS date)" if by in PERIODS else None


def _no_show_key(by: str) -> str:
    clock = {"weekday": "isodow", "hour": "hour"}
    if by in clock:
        return f"CAST(extract({clock[by]} FROM local_start) AS int)"
    return _period(by, "local_start") or COLUMNS.get(by, by)


def _share(row: Mapping[str, Any], part: str, whole: str) -> dict[str, Any]:
    return {**row, "percent": round(100 * row[part] / row[whole], 1) if row[whole] else None}


def _lead(row: Mapping[str, Any], edges: Sequence[int]) -> dict[str, Any]:
    """With days in place of the bucket's number."""
    if row["is_total"]:
        return dict(row)
    ends = dict(enumerate(edges)).get(row["key"])
    return {**row, "key": edges[row["key"] - 1], "to_days": ends}


def _answer(model: type[R], key: str, found: Sequence[Mapping[str, Any]], *money: str) -> Answer[R]:
    rows = [_row(model, key, row, money) for row in found]
    return rows[:-1], rows[-1]


def _row(model: type[R], key: str, row: Mapping[str, Any], money: Sequence[str]) -> R:
    values: dict[str, Any] = {name: row[name] for name in row if name in model.model_fields}
    if not row["is_total"]:
        values[key] = row["key"]
    values |= {name: Money(amount=int(row[name])) for name in money}
    values |= {name: round(float(v), 1) for name, v in values.items() if v and name.startswith(("median", "p90"))}
    if "net" in values:
        values["net"] = SignedMoney(amount=int(row["net"]))
    return model.model_validate(values)
