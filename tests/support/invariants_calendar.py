"""What must hold of the calendar: who claims time, and how much of it."""

# ruff: noqa: S608 - rules are put together from their own constants

LIVE = "('pending', 'confirmed', 'in_progress', 'completed')"

EXPECTED = f"""
SELECT b.id AS owner_id, space AS hall_id,
       tstzrange(
           lower(b.during) - make_interval(mins => coalesce((h.details->>'buffer_before_minutes')::int, 0)),
           upper(b.during) + make_interval(mins => coalesce((h.details->>'buffer_after_minutes')::int, 0))) AS during
  FROM booking.bookings b
  JOIN booking.halls h ON h.id = b.hall_id OR h.id = ANY(b.also_hall_ids)
 CROSS JOIN unnest(h.spaces) AS space
 WHERE b.status IN {LIVE}"""
ACTUAL = "SELECT owner_id, hall_id, during FROM booking.occupancy WHERE kind = 'booking'"

CALENDAR = {
    "no two claims of a hall overlap": """
SELECT a.hall_id, a.owner_id AS one, a.kind AS one_kind, a.during::text AS one_during,
       b.owner_id AS other, b.kind AS other_kind, b.during::text AS other_during
  FROM booking.occupancy a
  JOIN booking.occupancy b
    ON a.hall_id = b.hall_id AND a.during && b.during AND (a.owner_id, a.during) < (b.owner_id, b.during)""",
    "every live booking claims its halls with their buffers": f"""
SELECT owner_id, hall_id, during::text FROM ({EXPECTED} EXCEPT ALL {ACTUAL}) AS missing""",
    "bookings claim nothing else": f"""
SELECT owner_id, hall_id, during::text FROM ({ACTUAL} EXCEPT ALL {EXPECTED}) AS excess""",
    "halls made of parts are claimed by their parts": """
SELECT o.owner_id, o.hall_id FROM booking.occupancy o JOIN booking.halls h ON h.id = o.hall_id
 WHERE h.spaces <> ARRAY[h.id]""",
    "closed time belongs to a closure in force, or to its past, to its halls and to its occurrences": """
SELECT o.owner_id, o.hall_id, o.during::text
  FROM booking.occupancy o
  LEFT JOIN booking.closures c ON c.id = o.owner_id
  LEFT JOIN booking.halls h ON h.id = c.hall_id
 WHERE o.kind = 'closure'
   AND (c.id IS NULL OR (c.hall_id IS NOT NULL AND NOT o.hall_id = ANY(h.spaces))
        OR upper(o.during) >= c.removed_at + interval '15 minutes'
        OR NOT EXISTS (
            SELECT FROM jsonb_array_elements(c.document->'occurrences') AS span
             WHERE tstzrange((span->>'start')::timestamptz, (span->>'end')::timestamptz) @> o.during))""",
    "busy time belongs to a calendar that is there, and to its hall": """
SELECT o.owner_id, o.hall_id, o.during::text
  FROM booking.occupancy o
  LEFT JOIN booking.external_calendars c ON c.id = o.owner_id
  LEFT JOIN booking.halls h ON h.id = c.hall_id
 WHERE o.kind = 'external' AND (c.id IS NULL OR NOT o.hall_id = ANY(h.spaces))""",
}
