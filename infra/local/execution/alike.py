"""What the environments of all functions have in common, and is read before any code of theirs runs."""

import sys

EXECUTION_ENV = f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}"
# Memory goes back to the system once it is free; else each process that has ever hashed a password keeps the 64 MiB
# that it took.
THRIFT = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
ALIKE = {"AWS_EXECUTION_ENV": EXECUTION_ENV, "PYTHONUNBUFFERED": "1", "TZ": ":UTC", **THRIFT}
