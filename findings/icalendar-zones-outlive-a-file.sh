#!/bin/sh
# icalendar 7.3.0
#
# A VTIMEZONE that one file defines is kept for the whole process under its name. A later file that defines another zone by
# the same name (Outlook calls every zone of its own "Customized Time Zone") has its times read by the first definition.
#
# Output seen: the second file says +0300 of itself and is read with +0700.
#   first: 13:00 UTC
#   second: 13:00 UTC
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet icalendar==7.3.0 tzdata
cat > "$folder/read.py" <<'PYTHON'
from datetime import timezone
from icalendar import Calendar

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTAMP:20261201T000000Z
DTSTART;TZID=Customized Time Zone:20261210T200000
END:VEVENT
END:VCALENDAR
"""
for name, offset in (("first", "+0700"), ("second", "+0300")):
    calendar = Calendar.from_ical(FILE.format(offset=offset).replace("\n", "\r\n").encode())
    [event] = calendar.walk("VEVENT")
    print(f"{name}: {event['DTSTART'].dt.astimezone(timezone.utc):%H:%M} UTC")
PYTHON
"$folder/venv/bin/python" "$folder/read.py" | tee "$folder/seen"
grep -q "^second: 13:00 UTC" "$folder/seen"
