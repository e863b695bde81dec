#!/bin/sh
# x-wr-timezone 2.0.1, icalendar 7.3.0, recurring-ical-events 3.8.2
#
# A start in UTC of a calendar with X-WR-TIMEZONE is moved into that zone, here from Wednesday 20:00 UTC to Thursday 01:00
# in Yekaterinburg; the rule beside it goes on to say Wednesday. recurring-ical-events applies it to every calendar.
#
# Output seen: 13, 19 and 26 January, where a COUNT of 2 in UTC means the 13th and the 20th.
#   2027-01-13T20:00:00+00:00
#   2027-01-19T20:00:00+00:00
#   2027-01-26T20:00:00+00:00
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.0 recurring-ical-events==3.8.2 x-wr-timezone==2.0.1 tzdata
cat > "$folder/read.py" <<'PYTHON'
from datetime import datetime, timezone
from icalendar import Calendar
from recurring_ical_events import of

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
X-WR-TIMEZONE:Asia/Yekaterinburg
BEGIN:VEVENT
UID:1
DTSTAMP:20261201T000000Z
DTSTART:20270113T200000Z
DTEND:20270113T210000Z
RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=WE
END:VEVENT
END:VCALENDAR
"""
calendar = Calendar.from_ical(FILE.replace("\n", "\r\n").encode())
found = of(calendar).between(datetime(2027, 1, 1, tzinfo=timezone.utc), datetime(2027, 3, 1, tzinfo=timezone.utc))
for event in sorted(found, key=lambda event: event["DTSTART"].dt):
    print(event["DTSTART"].dt.astimezone(timezone.utc).isoformat())
PYTHON
"$folder/venv/bin/python" "$folder/read.py" | tee "$folder/seen"
grep -q "^2027-01-19T20:00:00+00:00" "$folder/seen"
