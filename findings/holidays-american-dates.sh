#!/bin/sh
# holidays 0.109
#
# The English name of a day off that was moved has the date in American order: Russia's 31 December 2026 is off for the 4th
# of January, and is named for "01/04/2026".
#
# Output seen:
#   2026-12-31 Day off (substituted from 01/04/2026)
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet holidays==0.109
cat > "$folder/read.py" <<'PYTHON'
from datetime import date
from holidays import country_holidays

day = date(2026, 12, 31)
print(day, country_holidays("RU", years=2026, language="en_US")[day])
PYTHON
"$folder/venv/bin/python" "$folder/read.py" | tee "$folder/seen"
grep -q "01/04/2026" "$folder/seen"
