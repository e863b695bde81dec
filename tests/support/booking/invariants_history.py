"""What must hold of every booking's history: no step without its audit, no change of state without its event."""

# ruff: noqa: S608 - rules are put together from their own constants

KINDS = """(VALUES ('create', 'booking.created'), ('confirm', 'booking.confirmed'), ('expire', 'booking.expired'),
 ('cancel', 'booking.cancelled'), ('check_in', 'booking.checked_in'), ('complete', 'booking.completed'),
 ('no_show', 'booking.no_show'), ('reschedule', 'booking.rescheduled'), ('extend', 'booking.extended'),
 ('amend', 'booking.amended'), ('undo', 'booking.reinstated'), ('hold', 'booking.hold_prolonged'),
 ('pay', 'booking.balance_changed'), ('refund', 'booking.balance_changed'))
 AS kind (action, type)"""
STEPS = """(VALUES (NULL, 'pending'), ('pending', 'confirmed'), ('pending', 'cancelled'), ('pending', 'expired'),
 ('expired', 'confirmed'), ('confirmed', 'in_progress'), ('confirmed', 'completed'), ('confirmed', 'no_show'),
 ('confirmed', 'cancelled'), ('in_progress', 'completed')) AS step (source, target)"""
UNDONE = """(VALUES ('in_progress', 'confirmed'), ('completed', 'in_progress'), ('completed', 'confirmed'),
 ('no_show', 'completed'), ('no_show', 'confirmed'), ('cancelled', 'confirmed')) AS undone (source, target)"""
EVENTS = """(
SELECT (envelope->'data'->>'booking_id')::uuid AS booking_id, (envelope->'data'->>'booking_version')::int AS version,
       envelope->>'type' AS type, envelope->'data'->>'status' AS status
  FROM booking.outbox WHERE envelope->>'type' LIKE 'booking.%')"""

HISTORY = {
    "versions have no hole": """
SELECT b.id, b.version, array_agg(t.version ORDER BY t.version) AS noted
  FROM booking.bookings b LEFT JOIN booking.transitions t ON t.booking_id = b.id
 GROUP BY b.id HAVING count(t.version) <> b.version OR min(t.version) <> 1 OR max(t.version) <> b.version""",
    "each step begins where the one before it ended, and is one that may be taken": f"""
SELECT * FROM (
    SELECT booking_id, version, action, from_status, to_status,
           lag(to_status) OVER (PARTITION BY booking_id ORDER BY version) AS previous
      FROM booking.transitions) AS t
 WHERE from_status IS DISTINCT FROM previous
    OR (from_status IS DISTINCT FROM to_status AND action <> 'undo' AND NOT EXISTS (
            SELECT FROM {STEPS} WHERE source IS NOT DISTINCT FROM from_status AND target = to_status))
    OR (action = 'undo' AND NOT EXISTS (
            SELECT FROM {UNDONE} WHERE source = from_status AND target = to_status))""",
    "the last step leads to the state of the booking": """
SELECT b.id, b.status, t.to_status
  FROM booking.bookings b JOIN booking.transitions t ON t.booking_id = b.id AND t.version = b.version
 WHERE t.to_status <> b.status""",
    "every step has exactly its event; a confirmation may tell of money that goes back as well": f"""
SELECT t.booking_id, t.version, t.action, array_agg(e.type) AS events
  FROM booking.transitions t
  LEFT JOIN {KINDS} ON kind.action = t.action
  LEFT JOIN {EVENTS} AS e ON e.booking_id = t.booking_id AND e.version = t.version
   AND (t.action <> 'confirm' OR e.type <> 'booking.balance_changed')
 GROUP BY t.booking_id, t.version, kind.type
HAVING count(e.type) <> 1 OR min(e.type) IS DISTINCT FROM kind.type OR min(e.status) <> t.to_status""",
    "money that comes or goes later changes no state": """
SELECT booking_id, version, action FROM booking.transitions
 WHERE action IN ('pay', 'refund') AND from_status <> to_status""",
    "more than the total is kept only where the terms left it to the studio": """
SELECT b.id, b.status, b.total, b.paid, b.refund_due FROM booking.bookings b
 WHERE b.paid - b.refund_due > b.total
   AND NOT EXISTS (SELECT FROM booking.transitions t WHERE t.booking_id = b.id AND (t.after->'total'->>'amount')::int <
       (t.before->'total'->>'amount')::int)""",
    "who is counted missed was missed": """
SELECT c.id, c.no_shows, count(b.id) AS missed
  FROM booking.customers c LEFT JOIN booking.bookings b ON b.customer_id = c.id AND b.status = 'no_show'
 GROUP BY c.id HAVING c.no_shows <> count(b.id)""",
    "nothing is told that did not happen": f"""
SELECT e.* FROM {EVENTS} AS e
  LEFT JOIN booking.transitions t ON t.booking_id = e.booking_id AND t.version = e.version
 WHERE t.version IS NULL""",
    "the first step is that a slot is held": """
SELECT booking_id, action, to_status FROM booking.transitions
 WHERE version = 1 AND (action, to_status) <> ('create', 'pending')""",
    "an offer is a pending booking of who waited, for the slot waited for": """
SELECT w.id, w.status, b.status AS booking, w.request->'start' AS waited, t.after->'start' AS offered
  FROM booking.waitlist w
  LEFT JOIN booking.bookings b ON b.id = w.booking_id
  LEFT JOIN booking.transitions t ON t.booking_id = b.id AND t.version = 1
 WHERE w.booking_id IS NOT NULL
   AND ((w.status = 'offered' AND b.status <> 'pending') OR b.customer_id <> w.customer_id
        OR (t.after->>'start')::timestamptz <> (w.request->>'start')::timestamptz
        OR (t.after->>'end')::timestamptz <> (w.request->>'end')::timestamptz
        OR t.after->>'hall_id' <> w.request->>'hall_id')""",
    "an entry has a booking exactly where it was offered one": """
SELECT id, status, booking_id FROM booking.waitlist
 WHERE (status IN ('offered', 'accepted', 'missed')) <> (booking_id IS NOT NULL)""",
    "accepted offers were confirmed, missed ones never": """
SELECT w.id, w.status, b.status AS booking
  FROM booking.waitlist w JOIN booking.bookings b ON b.id = w.booking_id
 WHERE w.status IN ('accepted', 'missed')
   AND ((w.status = 'accepted') <> EXISTS (
            SELECT FROM booking.transitions t WHERE t.booking_id = b.id AND t.action = 'confirm')
        OR (w.status = 'missed' AND b.status NOT IN ('cancelled', 'expired')))""",
    "every offer is told, once": """
SELECT w.id, count(o.event_id) AS told
  FROM booking.waitlist w
  LEFT JOIN booking.outbox o
    ON o.envelope->>'type' = 'waitlist.offered' AND o.envelope->'data'->>'waitlist_id' = w.id::text
   AND o.envelope->'data'->>'booking_id' = w.booking_id::text
 GROUP BY w.id HAVING count(o.event_id) <> (w.booking_id IS NOT NULL)::int""",
}
