"""What fills the lists of `make benchmark-lists`: so many rows of each, by SQL alone."""

from datetime import UTC, datetime
from uuid import UUID

FIRST = datetime(2027, 3, 1, tzinfo=UTC)
# One of each list that has everything: a till, a balance and a company as nobody has them.
ONE = UUID(int=1)
# md5 of c42, b42 and hall7, by which they are made.
SOMEBODY = UUID("e8536def-9dd3-f9ce-c97d-1b07285ab8f9")
SOME_BOOKING = UUID("6045083e-3a64-52f9-be2e-1966d5851dff")
A_HALL = UUID("912178ee-b01a-00aa-cb15-39d0efebb31a")
TABLES = (
    "payment.payments, payment.attempts, payment.refunds, payment.tills, payment.till_entries, payment.held_money, "
    "payment.held_money_entries, payment.certificates, payment.deposits, payment.companies, payment.invoices, "
    "payment.invoice_bookings, payment.acts, payment.bank_lines, payment.reconciliations, booking.promo_codes, "
    "booking.bookings, booking.occupancy, booking.closures, booking.halls, booking.imported_visits, "
    "booking.deposits, gateway.users"
)
PAPER = """{"seller": {"name": "Studio", "inn": "7736050003"}, "buyer": {"name": "Firm", "inn": "7707083893"},
            "lines": [], "vat": "none", "total": {"amount": 100}, "invoice_number": "2027-1",
            "invoice_issued_on": "2027-03-01"}"""
# What only an act says, an invoice must not.
OF_INVOICE = f"CAST('{PAPER}' AS jsonb) - '{{total,invoice_number,invoice_issued_on}}'::text[]"
HALLS = 20
AT = "CAST(:first AS timestamptz) - n * interval '1 minute'"
EACH = "FROM generate_series(1, :rows) AS n"
ROWS = [
    f"""INSERT INTO payment.payments (id, booking_id, booking_number, customer_id, provider, method, amount, taken,
            covers, currency, return_url, correlation_id, status, version, expires_at, created_at)
        SELECT md5('p' || n)::uuid, md5('b' || n)::uuid, lpad(n::text, 8, '0'), md5('c' || n)::uuid, 'cash', 'cash',
               100, 100, 100, 'RUB', '', 'benchmark', 'succeeded', 1, {AT}, {AT} {EACH}""",
    f"""INSERT INTO payment.attempts (id, payment_id, provider)
        SELECT md5('a' || n)::uuid, md5('p' || n)::uuid, 'cash' {EACH}""",
    f"""INSERT INTO payment.tills (id, opened_at, opened_by, float, closed_at, closed_by, counted)
        SELECT CASE n WHEN 1 THEN CAST(:one AS uuid) ELSE md5('t' || n)::uuid END, {AT}, 'a', 0, {AT}, 'a', 0 {EACH}""",
    f"""INSERT INTO payment.till_entries (till_id, kind, method, amount, by, at)
        SELECT CAST(:one AS uuid), 'put_in', 'cash', 100, 'a', {AT} {EACH}""",
    f"""INSERT INTO payment.held_money (id, kind, customer_id, remaining, worth, created_at)
        SELECT CASE n WHEN 1 THEN CAST(:one AS uuid) ELSE md5('h' || n)::uuid END, 'balance', md5('c' || n)::uuid, 100,
               100, {AT} {EACH}""",
    f"""INSERT INTO payment.held_money_entries (id, held_id, kind, amount, remaining, worth, entered_by, at)
        SELECT md5('e' || n)::uuid, CAST(:one AS uuid), 'top_up', 100, 100, 100, 'a', {AT} {EACH}""",
    f"""INSERT INTO payment.held_money (id, kind, customer_id, remaining, worth, created_at)
        SELECT md5(kind || n)::uuid, kind, md5('c' || n)::uuid, 100, 100, {AT}
        {EACH}, unnest(ARRAY['certificate', 'deposit']) AS kind""",
    f"""INSERT INTO payment.certificates (id, digest, tail, name, unit, face, price, method, hall_ids, tariffs,
            valid_from, valid_until, sold_by, sold_at)
        SELECT md5('certificate' || n)::uuid, md5(n::text), lpad(mod(n, 9973)::text, 4, '0'), 'A gift', 'kopecks', 100,
               100, 'cash', '{{}}', '{{}}', '2027-01-01', '2028-01-01', 'a', {AT} {EACH}""",
    f"""INSERT INTO payment.deposits (id, booking_id, booking_number, amount, given_back, method, taken_by, taken_at)
        SELECT md5('deposit' || n)::uuid, md5('b' || n)::uuid, lpad(n::text, 8, '0'), 100, 0, 'cash', 'a', {AT}
        {EACH}""",
    f"""INSERT INTO payment.companies (id, inn, kpp, name, words, details, version, created_at, updated_at, used_at)
        SELECT CASE n WHEN 1 THEN CAST(:one AS uuid) ELSE md5('f' || n)::uuid END, '7707083893', lpad(n::text, 9, '0'),
               'Firm ' || n, 'firm ' || n, '{{"address": "Moscow"}}', 1, {AT}, {AT}, {AT} {EACH}""",
    f"""INSERT INTO payment.bank_lines (id, account, number, date, received_on, amount, payer, payer_inn, purpose,
            state, imported_at, imported_by)
        SELECT md5('l' || n)::uuid, '1', n::text, '2027-01-01', '2027-01-01', 100, 'Firm', '1', 'rent', 'open', {AT},
               'a' {EACH}""",
    f"""INSERT INTO booking.promo_codes (id, code, details, created_at, uses)
        SELECT md5('k' || n)::uuid, 'CODE' || n, '{{"percent": 10}}', {AT}, 0 {EACH}""",
    f"""INSERT INTO payment.refunds (id, payment_id, booking_id, customer_id, amount, reason, cause, requested_by,
            status, version, key, attempts, failure, created_at)
        SELECT md5('r' || n)::uuid, md5('p' || n)::uuid, md5('b' || n)::uuid, md5('c' || n)::uuid, 100, 'requested',
               n::text, 'a', 'pending', 1, md5('r' || n)::uuid, 0, 'to_hand_out', {AT} {EACH}""",
    f"""INSERT INTO payment.invoices (id, year, number, company_id, status, paid, total, issued_on, due, due_at,
            document, issued_at, issued_by)
        SELECT md5('i' || n)::uuid, 2027, n, CASE mod(n, 2) WHEN 1 THEN CAST(:one AS uuid) ELSE md5('f2')::uuid END,
               (ARRAY['issued', 'partly_paid', 'paid'])[1 + mod(n / 2, 3)],
               (ARRAY[0, 50, 100])[1 + mod(n / 2, 3)], 100, '2027-03-01', '2027-03-09', {AT},
               {OF_INVOICE}, {AT}, 'a' {EACH}""",
    f"""INSERT INTO payment.invoice_bookings (invoice_id, position, booking_id, number, amount, open)
        SELECT md5('i' || n)::uuid, 0, md5('b' || n)::uuid, lpad(n::text, 8, '0'), 100, true {EACH}""",
    f"""INSERT INTO payment.acts (id, year, number, invoice_id, company_id, status, issued_on, document, issued_at,
            issued_by)
        SELECT md5('act' || n)::uuid, 2027, n, md5('i' || n)::uuid,
               CASE mod(n, 2) WHEN 1 THEN CAST(:one AS uuid) ELSE md5('f2')::uuid END, 'issued', '2027-03-01',
               '{PAPER}', {AT}, 'a' {EACH}""",
    f"""INSERT INTO payment.reconciliations (id, provider, since, until, source, checked, differences, created_at)
        SELECT md5('x' || n)::uuid, 'cash', {AT}, {AT} + interval '1 day', 'tills', 1, '[]', {AT} {EACH}""",
    f"""INSERT INTO booking.halls (id, name, timezone, spaces, details)
        SELECT md5('hall' || n)::uuid, 'Hall ' || n, 'Europe/Moscow', ARRAY[md5('hall' || n)::uuid], '{{}}'
          FROM generate_series(0, {HALLS - 1}) AS n""",  # noqa: S608 - a constant
    # Each hall has an hour in three; the newest are those of the coming month.
    f"""INSERT INTO booking.bookings (id, number, status, version, customer_id, hall_id, during, people, price, details,
            total, prepayment, paid, created_at, correlation_id)
        SELECT md5('b' || n)::uuid, lpad(n::text, 8, '0'), CASE WHEN n <= 5000 THEN 'confirmed' ELSE 'completed' END, 3,
               md5('c' || mod(n, :rows / 10))::uuid, md5('hall' || mod(n, {HALLS}))::uuid,
               tstzrange(start, start + interval '1 hour'), 2, '{{"lines": [], "adjustments": [], "add_ons": []}}',
               '{{"hall_name": "Hall", "timezone": "Europe/Moscow"}}', 150000, 75000, 75000, {AT}, 'benchmark'
          FROM generate_series(1, :rows) AS n, LATERAL (
               SELECT CAST(:first AS timestamptz) + interval '3 hours' * (250 - n / {HALLS}) AS start) AS at""",  # noqa: S608 - a constant
    """INSERT INTO booking.occupancy (owner_id, hall_id, during, kind)
        SELECT id, hall_id, during, CASE WHEN mod(hashtext(number), 10) = 0 THEN 'closure' ELSE 'booking' END
          FROM booking.bookings WHERE lower(during) > CAST(:first AS timestamptz) - interval '60 days'""",
    """INSERT INTO booking.closures (id, hall_id, during, reason, document, until, created_by, created_at)
        SELECT owner_id, hall_id, during, 'cleaning', '{}', upper(during), 'a', CAST(:first AS timestamptz)
          FROM booking.occupancy WHERE kind = 'closure'""",
    f"""INSERT INTO booking.imported_visits (key, booking_id, imported_at)
        SELECT md5('k' || n), md5('b' || n)::uuid, {AT} {EACH}""",
    f"""INSERT INTO gateway.users (id, email, phone, full_name, locale, role, consented_at)
        SELECT md5('c' || n)::uuid, 'person' || n || '@example.com', '+79' || lpad(mod(n * 7919::bigint,
               1000000000)::text, 9, '0'), (ARRAY['Анна', 'Пётр', 'Мария'])[1 + mod(n, 3)] || ' ' ||
               initcap(translate(md5(n::text), '0123456789', 'оаеинтрслв')), 'ru', 'client', now() {EACH}""",
]
