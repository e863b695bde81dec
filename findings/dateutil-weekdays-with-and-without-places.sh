#!/bin/sh
# python-dateutil 2.9.0.post0
#
# BYDAY may name weekdays with and without a place in one list (RFC 5545 §3.3.10): `MO,1TU` is every Monday and the first
# Tuesday of the month. dateutil takes only days that are both, of which there are none.
#
# Output seen: nothing of February 2027, which has four Mondays and a first Tuesday.
#   MO,1TU: []
#   MO: [1, 8, 15, 22]
#   1TU: [2]
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-dateutil==2.9.0.post0
cat > "$folder/read.py" <<'PYTHON'
from datetime import datetime
from dateutil.rrule import rrulestr

for days in ("MO,1TU", "MO", "1TU"):
    rule = rrulestr(f"FREQ=MONTHLY;BYDAY={days};UNTIL=20270228T000000", dtstart=datetime(2027, 2, 1))
    print(f"{days}: {[start.day for start in rule]}")
PYTHON
"$folder/venv/bin/python" "$folder/read.py" | tee "$folder/seen"
grep -q "^MO,1TU: \[\]" "$folder/seen"
