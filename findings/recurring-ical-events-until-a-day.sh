#!/bin/sh
# recurring-ical-events 3.8.2, icalendar 7.3.0
#
# UNTIL as a day, of a series that has times: the last day is left out. Programs write it so although RFC 5545 wants a time
# there, and mean the day with it; for a series of whole days it belongs to the series.
#
# Output seen: the 12th is missing.
#   2026-12-10
#   2026-12-11
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.0 recurring-ical-events==3.8.2 tzdata
cat > "$folder/read.py" <<'PYTHON'
from icalendar import Calendar
from recurring_ical_events import of

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20261201T000000Z
DTSTART;TZID=Europe/Moscow:20261210T100000
DTEND;TZID=Europe/Moscow:20261210T110000
RRULE:FREQ=DAILY;UNTIL=20261212
END:VEVENT
END:VCALENDAR
"""
calendar = Calendar.from_ical(FILE.replace("\n", "\r\n").encode())
for event in of(calendar).between("20261201", "20261231"):
    print(event["DTSTART"].dt.date())
PYTHON
"$folder/venv/bin/python" "$folder/read.py" | tee "$folder/seen"
grep -q "^2026-12-11" "$folder/seen"
! grep -q "^2026-12-12" "$folder/seen"
