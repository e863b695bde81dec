#!/bin/sh
# chalice 1.34.0
#
# AWS_EXECUTION_ENV is how Lambda tells a program that it runs there: `AWS_Lambda_python3.13`. Making a Chalice application
# writes Chalice's name behind it, so that AWS counts it; where the variable is not set, it is made to begin with
# `AWS_Lambda`. So on any machine a process that has an application seems to be on Lambda from then on, and every process
# that it starts inherits that.
#
# Output seen:
#   before: None
#   after: AWS_Lambda aws-chalice/1.34.0
#   in a child: AWS_Lambda aws-chalice/1.34.0
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet chalice==1.34.0 2>/dev/null
cat > "$folder/try.py" <<'PYTHON'
import os
import subprocess
import sys

from chalice import Chalice

NAME = "AWS_EXECUTION_ENV"
print("before:", os.environ.get(NAME))
Chalice("studio")
print("after:", os.environ.get(NAME))
child = f"import os; print('in a child:', os.environ.get({NAME!r}))"
print(subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True).stdout.strip())
PYTHON
env -u AWS_EXECUTION_ENV "$folder/venv/bin/python" "$folder/try.py" | tee "$folder/seen"
cat > "$folder/expected" <<'TEXT'
before: None
after: AWS_Lambda aws-chalice/1.34.0
in a child: AWS_Lambda aws-chalice/1.34.0
TEXT
diff "$folder/expected" "$folder/seen"
