"""What must hold of all that there is only so much of: stock, uses of promo codes, money, and places in the line."""

# ruff: noqa: S608 - rules are put together from their own constants

from tests.support.booking.invariants_calendar import LIVE

ORDERED = f"""
SELECT b.id AS booking_id, (item->>'id')::uuid AS add_on_id, b.during, (item->>'quantity')::int AS quantity
  FROM booking.bookings b CROSS JOIN jsonb_array_elements(coalesce(b.price->'add_ons', '[]')) AS item
 WHERE b.status IN {LIVE}"""
CLAIMED = "SELECT booking_id, add_on_id, during, quantity FROM booking.add_on_claims"
SUM_OF = "(SELECT coalesce(sum((part->'amount'->>'amount')::int), 0) FROM jsonb_array_elements({}) AS part)"

LIMITS = {
    "no more of an add-on is out than there is": """
SELECT a.name, a.stock, c.during::text, sum(other.quantity) AS out
  FROM booking.add_ons a
  JOIN booking.add_on_claims c ON c.add_on_id = a.id
  JOIN booking.add_on_claims other ON other.add_on_id = a.id AND other.during @> lower(c.during)
 WHERE a.stock IS NOT NULL
 GROUP BY a.id, c.booking_id, c.during HAVING sum(other.quantity) > a.stock""",
    "every live booking has the add-ons it paid for": f"""
SELECT booking_id, add_on_id, during::text, quantity FROM ({ORDERED} EXCEPT ALL {CLAIMED}) AS missing""",
    "add-ons are out for live bookings alone": f"""
SELECT booking_id, add_on_id, during::text, quantity FROM ({CLAIMED} EXCEPT ALL {ORDERED}) AS excess""",
    "no promo code is used more often than it may be": """
SELECT p.code, p.details->'max_uses' AS most, count(*) AS uses
  FROM booking.promo_codes p JOIN booking.promo_uses u ON u.promo_code_id = p.id
 GROUP BY p.id HAVING count(*) > (p.details->>'max_uses')::int""",
    "no client uses a promo code more often than it may be": """
SELECT p.code, u.customer_id, p.details->'max_uses_per_client' AS most, count(*) AS uses
  FROM booking.promo_codes p JOIN booking.promo_uses u ON u.promo_code_id = p.id
 GROUP BY p.id, u.customer_id HAVING count(*) > (p.details->>'max_uses_per_client')::int""",
    "a use of a promo code is that of a booking which has the code": """
SELECT u.booking_id, p.code, b.price->'promo_code' AS has
  FROM booking.promo_uses u
  JOIN booking.promo_codes p ON p.id = u.promo_code_id
  JOIN booking.bookings b ON b.id = u.booking_id
 WHERE b.price->>'promo_code' IS DISTINCT FROM p.code OR b.customer_id <> u.customer_id""",
    "every live booking with a promo code counts as a use": f"""
SELECT b.id, b.status, b.price->'promo_code' AS code
  FROM booking.bookings b LEFT JOIN booking.promo_uses u ON u.booking_id = b.id
 WHERE b.price->>'promo_code' IS NOT NULL AND b.status IN {LIVE} AND u.booking_id IS NULL""",
    "a code is free again where nothing was bought": """
SELECT b.id, b.status FROM booking.bookings b JOIN booking.promo_uses u ON u.booking_id = b.id
 WHERE b.status = 'expired' OR (b.status = 'cancelled' AND b.paid + b.refunded = 0)""",
    "what a hold was paid that bought nothing goes back, all of it": """
SELECT id, status, paid, refund_due FROM booking.bookings
 WHERE status = 'expired' AND refund_due <> paid""",
    "a hold waits for money exactly where some of its prepayment is missing": """
SELECT id, paid, refund_due, prepayment FROM booking.bookings
 WHERE status = 'pending' AND paid > refund_due AND paid - refund_due >= prepayment""",
    "lines and adjustments add up to the total": f"""
SELECT b.id, b.total FROM booking.bookings b
 WHERE b.total <> {SUM_OF.format("b.price->'lines'")}
                + {SUM_OF.format("coalesce(b.price->'adjustments', '[]')")}""",
    "every quarter of an hour of every hall has exactly one price": """
SELECT b.id, b.during::text
  FROM booking.bookings b
 WHERE (SELECT sum((line->>'end')::timestamptz - (line->>'start')::timestamptz)
          FROM jsonb_array_elements(b.price->'lines') AS line)
    <> (upper(b.during) - lower(b.during)) * (1 + cardinality(b.also_hall_ids))""",
    "what is paid is the sum of the payments, less what went back of them": """
SELECT * FROM (
    SELECT b.id, b.paid,
           (SELECT coalesce(sum(p.amount), 0) FROM booking.payments p WHERE p.booking_id = b.id) AS payments,
           (SELECT coalesce(sum(r.amount), 0) FROM booking.refunds r
              JOIN booking.payments p ON p.payment_id = r.payment_id WHERE p.booking_id = b.id) AS back
      FROM booking.bookings b) AS books
 WHERE paid <> payments - back""",
    "no more is asked than the total, and no more goes back than was paid": """
SELECT id, total, prepayment, paid, refund_due FROM booking.bookings
 WHERE prepayment > total OR refund_due > paid OR least(total, prepayment, paid, refund_due) < 0""",
}
