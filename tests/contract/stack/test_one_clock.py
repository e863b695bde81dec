"""All that is decided by time is decided by one clock, and nothing that is deployed can be told another."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from infra.clock import VARIABLE

ROOT = Path(__file__).parents[3]
DEPLOYED = ("functions", "layers", "shared_schemas")
TOLD = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
# What asks the machine itself, and why it may.
OWN = {
    "layers/core/core/clock.py": "the clock",
    "layers/core/core/secrets.py": "how old a cached secret is",
    "functions/gateway/keys/token_keys.py": "how old the cached keys are",
    "infra/clock.py": "the clock of a system on one machine",
    "infra/sandbox/clock.py": "the sandbox's, where it runs alone",
    "infra/local/broker/queues.py": "when a message comes again, as ministack has it",
    "infra/local/cli/clock.py": "how far the system's clock is ahead of the machine's",
    "infra/local/doors/request.py": "a door without a system, in tests",
    "infra/local/execution/destinations.py": "Lambda's own record of a failure",
    "infra/local/execution/environment.py": "the id of a trace",
    "infra/local/execution/invocation.py": "how long a function may run",
    "infra/local/execution/pure_client.py": "how long a function may run",
    "infra/local/machine/logs.py": "lines of logs",
}
# PostgreSQL's further names for the time, which are no functions, or are found under another name than `now()`.
SQL = re.compile(
    r"\b(CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME|LOCALTIMESTAMP|LOCALTIME|func\.current_\w+"
    r"|(?:statement|transaction)_timestamp|timeofday|'(?:now|today|tomorrow|yesterday)'::)"
)
SCRIPT = re.compile(r"\bDate\.now\(|\bnew Date\(\)")


def sources(*folders: str, ending: str = "py") -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def asks_the_machine(source: str) -> bool:
    """Whether it calls, or hands on, one of the functions that tell the machine's time."""
    attributes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return any(ast.unparse(node) in TOLD for node in attributes)


def test_only_the_clock_asks_the_machine_for_the_time() -> None:
    code = [
        *sources(*DEPLOYED, "infra/sandbox", "infra/local"),
        ("infra/clock.py", (ROOT / "infra/clock.py").read_text()),
    ]

    assert {path for path, source in code if asks_the_machine(source)} == set(OWN)


def test_sql_asks_for_the_time_by_now_alone() -> None:
    found = {path: SQL.findall(source) for path, source in sources("functions", "layers")}

    assert {path: names for path, names in found.items() if names} == {}


def test_pages_ask_the_server_for_the_time() -> None:
    scripts = sources("functions/gateway/web/files", ending="js")
    asking = {path.removeprefix("functions/gateway/web/files/") for path, source in scripts if SCRIPT.search(source)}

    # A browser that has had no answer yet has but its own clock; and it knows how old is what it has kept itself.
    assert asking == {"base/clock.js", "book/sending.js"}


def test_what_is_deployed_cannot_be_told_another_time() -> None:
    """The system on one machine moves the clock of its processes from outside: there is nothing to set."""
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    deployed = {**dict(sources(*DEPLOYED)), "template.yaml": template}

    assert {path for path, source in deployed.items() if VARIABLE in source or "local_clock" in source} == set()
    assert {path for path, source in deployed.items() if re.search(r"^\s*(import|from) infra\b", source, re.M)} == set()
    # Nobody replaces the clock's one method, and there is but one that reads the machine.
    assert {path for path, source in deployed.items() if re.search(r"SystemClock\.now\s*=|setattr\(", source)} == set()
    clock = deployed["layers/core/core/clock.py"]
    assert clock.count("datetime.now(UTC)") == 1 and "environ" not in clock
