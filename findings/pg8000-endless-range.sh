#!/bin/sh
# pg8000 1.31.6
#
# PostgreSQL writes a range whose bound is an infinite date without quotes: [-infinity,infinity). pg8000 takes off the
# first and the last letter of every bound of a range of instants, as if it were quoted, and hands out the rest as text:
# "infinit" below and "nfinit" above. A single value 'infinity' comes whole; a bound that is absent is None, as it should.
#
# Output seen:
#   [-infinity,infinity): 'infinit' 'nfinit'
#   [,): None None
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pg8000==1.31.6
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from pg8000.converters import tstzrange_in

for text in ("[-infinity,infinity)", "[,)"):
    read = tstzrange_in(text)
    print(f"{text}: {read.lower!r} {read.upper!r}")
PYTHON
grep -qx "\[-infinity,infinity): 'infinit' 'nfinit'" "$folder/seen"
grep -qx "\[,): None None" "$folder/seen"
