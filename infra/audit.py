"""Whether any pinned dependency has a known vulnerability: `python -m infra.audit`, a part of `make check`.

All of them are asked for in one request to OSV, or to whatever speaks its API (ADVISORIES_URL). Where nobody answers,
the audit is skipped, and says so; ADVISORIES_REQUIRED=1 makes that a failure."""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
SOURCE = "https://api.osv.dev/v1/querybatch"
# Looking up a name may block for longer than any time-out of a socket.
PATIENCE_SECONDS = 8
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^]]*])?==([^\s;\\]+)")
ACCEPTED = "requirements/accepted-advisories.txt"
TOO_MANY = "the source's answer goes on in pages, which is more than any set of pins should have"


class NoSourceError(Exception):
    """Nobody says anything about advisories."""


@dataclass(frozen=True, order=True)
class Pin:
    """One release of one package, and the file that wants it."""

    file: str
    ecosystem: str
    name: str
    version: str

    @property
    def question(self) -> dict[str, Any]:
        return {"package": {"ecosystem": self.ecosystem, "name": self.name}, "version": self.version}


def pins(root: Path) -> list[Pin]:
    """Of everything that we ship, run, test and build with."""
    files = [*sorted((root / "layers").glob("*/requirements.txt")), *sorted((root / "requirements").glob("*.txt"))]
    found = [pin for path in files if path.name != Path(ACCEPTED).name for pin in _python(path, root)]
    for path in sorted((root / "requirements").glob("*.npm.json")):
        wanted: Mapping[str, str] = json.loads(path.read_text(encoding="utf-8"))["dependencies"]
        found += [Pin(str(path.relative_to(root)), "npm", name, version) for name, version in wanted.items()]
    return found


def _python(path: Path, root: Path) -> Iterator[Pin]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := PIN.match(line):
            yield Pin(str(path.relative_to(root)), "PyPI", match[1].lower(), match[2])


def accepted(text: str, today: date) -> set[str]:
    """Advisories that somebody has looked at: lines of id, last day, and why. Those whose day is over count again."""
    lines = (line.split(maxsplit=2) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {name for name, until, _why in lines if date.fromisoformat(until) >= today}


def advisories(url: str, asked: Sequence[Pin], patience: float = PATIENCE_SECONDS) -> dict[Pin, list[str]]:
    """The ids of each pin that has any. `NoSourceError` if nobody answers in time, or what answers is no source."""
    answers: list[Any] = []
    # A daemon, so that a name that is looked up for minutes does not hold up the end.
    asking = Thread(target=lambda: answers.append(_ask(url, [pin.question for pin in asked], patience)), daemon=True)
    asking.start()
    asking.join(patience)
    if not answers:
        raise NoSourceError("no answer in time")
    if isinstance(answers[0], Exception):
        raise NoSourceError(str(answers[0])) from answers[0]
    return _read(answers[0], asked)


def _ask(url: str, questions: Iterable[dict[str, Any]], seconds: float) -> Any:
    """The answer, or in place of it the error."""
    body = json.dumps({"queries": list(questions)}).encode()
    request = Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - a setting of ours
    try:
        with urlopen(request, timeout=seconds) as response:  # noqa: S310
            return json.load(response)
    except HTTPError as error:
        error.close()
        return error
    except (OSError, ValueError, HTTPException) as error:
        return error


def _read(document: Any, asked: Sequence[Pin]) -> dict[Pin, list[str]]:
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, list) or len(results) != len(asked):
        raise NoSourceError("what answered is no source of advisories")
    if any("next_page_token" in result for result in results):
        raise NoSourceError(TOO_MANY)
    told = {
        pin: sorted(each["id"] for each in result.get("vulns", ())) for pin, result in zip(asked, results, strict=True)
    }
    return {pin: ids for pin, ids in told.items() if ids}


def report(found: Mapping[Pin, Sequence[str]], known: set[str]) -> list[str]:
    """A line for each advisory that nobody has accepted."""
    return [
        f"{pin.file}: {pin.name} {pin.version} has {advisory}: https://osv.dev/vulnerability/{advisory}"
        for pin, ids in sorted(found.items())
        for advisory in ids
        if advisory not in known
    ]


def main() -> int:
    url, asked = os.environ.get("ADVISORIES_URL") or SOURCE, pins(ROOT)
    try:
        found = advisories(url, asked)
    except NoSourceError as error:
        sys.stdout.write(f"The dependencies are NOT audited: {url} is no source of advisories now ({error})\n")
        return int(os.environ.get("ADVISORIES_REQUIRED") == "1")
    known = accepted((ROOT / ACCEPTED).read_text(encoding="utf-8"), datetime.now(UTC).date())
    lines = report(found, known)
    sys.stdout.write("\n".join(lines or [f"{len(asked)} pinned dependencies have no advisories"]) + "\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
