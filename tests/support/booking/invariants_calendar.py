"""What must hold of the calendar: who claims time, and how much of it."""

# ruff: noqa: S608 - rules are put together from their own constants

LIVE = "('pending', 'confirmed', 'in_progress', 'completed')"

# A hall that takes something else since some time is held to that from then on, and what was before is history.
SINCE = "coalesce({0}.taken_since, '-infinity')"
NAMED = "booking.bookings b JOIN booking.halls h ON h.id = b.hall_id OR h.id = ANY(b.also_hall_ids)"

# Where none of the halls was ever changed, to the minute.
EXPECTED = f"""
SELECT b.id AS owner_id, space AS hall_id,
       tstzrange(
           lower(b.during) - make_interval(mins => coalesce((h.details->>'buffer_before_minutes')::int, 0)),
           upper(b.during) + make_interval(mins => coalesce((h.details->>'buffer_after_minutes')::int, 0))) AS during
  FROM {NAMED} CROSS JOIN unnest(h.spaces) AS space
 WHERE b.status IN {LIVE} AND NOT EXISTS (
       SELECT FROM booking.halls x
        WHERE (x.id = b.hall_id OR x.id = ANY(b.also_hall_ids)) AND x.taken_since IS NOT NULL)"""
ACTUAL = f"""
SELECT o.owner_id, o.hall_id, o.during FROM booking.occupancy o
 WHERE o.kind = 'booking' AND NOT EXISTS (
       SELECT FROM {NAMED} WHERE b.id = o.owner_id AND h.taken_since IS NOT NULL)"""
# Down to the last part of a part, as halls may not be made but might.
REACH = """
WITH RECURSIVE reach AS (
    SELECT id AS hall_id, id AS place FROM booking.halls
     UNION
    SELECT r.hall_id, part FROM reach r JOIN booking.halls h ON h.id = r.place CROSS JOIN unnest(h.spaces) AS part)"""

CALENDAR = {
    "no space is claimed twice, at any level of composition": f"""{REACH}
SELECT DISTINCT a.id AS one, b.id AS other, ha.id AS one_hall, hb.id AS other_hall, a.during::text AS one_during
  FROM booking.bookings a
  JOIN booking.bookings b ON a.during && b.during AND a.id <= b.id
  JOIN booking.halls ha ON ha.id = a.hall_id OR ha.id = ANY(a.also_hall_ids)
  JOIN booking.halls hb ON hb.id = b.hall_id OR hb.id = ANY(b.also_hall_ids)
  JOIN reach ra ON ra.hall_id = ha.id
  JOIN reach rb ON rb.hall_id = hb.id AND rb.place = ra.place
 WHERE a.status IN {LIVE} AND b.status IN {LIVE} AND (a.id < b.id OR ha.id < hb.id)
   AND upper(a.during * b.during) > greatest({SINCE.format("ha")}, {SINCE.format("hb")})""",
    "parts are plain halls in the zone of the whole": """
SELECT w.id AS whole, p.id AS part FROM booking.halls w JOIN booking.halls p ON p.id = ANY(w.spaces)
 WHERE w.id <> p.id AND (p.spaces <> ARRAY[p.id] OR p.timezone <> w.timezone OR w.id = ANY(w.spaces))""",
    "no two claims of a hall overlap": """
SELECT a.hall_id, a.owner_id AS one, a.kind AS one_kind, a.during::text AS one_during,
       b.owner_id AS other, b.kind AS other_kind, b.during::text AS other_during
  FROM booking.occupancy a
  JOIN booking.occupancy b
    ON a.hall_id = b.hall_id AND a.during && b.during AND (a.owner_id, a.during) < (b.owner_id, b.during)""",
    "every live booking claims its halls with their buffers": f"""
SELECT owner_id, hall_id, during::text FROM ({EXPECTED} EXCEPT ALL {ACTUAL}) AS missing""",
    "bookings claim nothing else": f"""
SELECT owner_id, hall_id, during::text FROM (
    {ACTUAL} EXCEPT ALL {EXPECTED}) AS excess""",
    "every live booking claims at least its visit of halls that were changed": f"""
SELECT b.id, space FROM {NAMED} CROSS JOIN unnest(h.spaces) AS space
 WHERE b.status IN {LIVE} AND upper(b.during) > h.taken_since AND NOT EXISTS (
       SELECT FROM booking.occupancy o WHERE o.owner_id = b.id AND o.hall_id = space AND o.during @> b.during)""",
    "bookings claim no more of halls that were changed than their parts, and buffers of four hours": f"""
SELECT o.owner_id, o.hall_id, o.during::text FROM booking.occupancy o
 WHERE o.kind = 'booking' AND NOT EXISTS (
       SELECT FROM {NAMED}
        WHERE b.id = o.owner_id AND b.status IN {LIVE}
          AND (o.hall_id = ANY(h.spaces) OR upper(o.during) <= h.taken_since)
          AND tstzrange(lower(b.during) - interval '4 hours', upper(b.during) + interval '4 hours') @> o.during)""",
    "halls made of parts are claimed by their parts": f"""
SELECT o.owner_id, o.hall_id FROM booking.occupancy o JOIN booking.halls h ON h.id = o.hall_id
 WHERE h.spaces <> ARRAY[h.id] AND upper(o.during) > {SINCE.format("h")}""",
    "closed time belongs to a closure in force, or to its past, to its halls and to its occurrences": f"""
SELECT o.owner_id, o.hall_id, o.during::text
  FROM booking.occupancy o
  LEFT JOIN booking.closures c ON c.id = o.owner_id
  LEFT JOIN booking.halls h ON h.id = c.hall_id
 WHERE o.kind = 'closure'
   AND (c.id IS NULL
        OR (c.hall_id IS NOT NULL AND NOT o.hall_id = ANY(h.spaces) AND upper(o.during) > {SINCE.format("h")})
        OR upper(o.during) >= c.removed_at + interval '15 minutes'
        OR NOT EXISTS (
            SELECT FROM jsonb_array_elements(c.document->'occurrences') AS span
             WHERE tstzrange((span->>'start')::timestamptz, (span->>'end')::timestamptz) @> o.during))""",
    "busy time belongs to a calendar that is there, and to its hall": f"""
SELECT o.owner_id, o.hall_id, o.during::text
  FROM booking.occupancy o
  LEFT JOIN booking.external_calendars c ON c.id = o.owner_id
  LEFT JOIN booking.halls h ON h.id = c.hall_id
 WHERE o.kind = 'external'
   AND (c.id IS NULL OR (NOT o.hall_id = ANY(h.spaces) AND upper(o.during) > {SINCE.format("h")}))""",
}
