"""`python -m infra.security <checkov>`: looks for what is insecure in the templates, beyond what was accepted."""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from infra.deploy.transformed import WITH_CARE
from infra.local.template import EVERYTHING_ON
from infra.security.templates import write

ACCEPTED = Path(__file__).with_name("accepted.toml")
SECONDS = 300
OTHER_DATABASE = {"DatabaseEngine": "aurora", "DatabaseProxy": "true"}


class NoAnswerError(Exception):
    """The linter said nothing that can be read."""


@dataclass(frozen=True, order=True)
class Complaint:
    """One resource, by stack and logical id, that a check finds wanting."""

    check: str
    resource: str
    words: str = ""


@dataclass(frozen=True)
class Accepted:
    """What stays as it is, and why."""

    check: str
    resources: tuple[str, ...]
    why: str

    def covers(self, complaint: Complaint) -> bool:
        return complaint.check == self.check and any(fnmatchcase(complaint.resource, each) for each in self.resources)


def accepted(path: Path = ACCEPTED) -> list[Accepted]:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["accepted"]
    return [Accepted(entry["check"], tuple(entry["resources"]), entry["why"]) for entry in entries]


def read(answer: str) -> list[Complaint]:
    """What checkov found; `NoAnswerError` where it looked at nothing or could not read a template."""
    try:
        document: dict[str, Any] = json.loads(answer)
        summary, failed = document["summary"], document["results"]["failed_checks"]
    except (ValueError, KeyError, TypeError) as error:
        raise NoAnswerError(f"checkov's answer cannot be read: {answer[:200]!r}") from error
    if not summary["passed"] or summary["parsing_errors"]:
        raise NoAnswerError(f"checkov read nothing, or not all: {summary}")
    return sorted(Complaint(each["check_id"], _resource(each), each["check_name"]) for each in failed)


def _resource(each: dict[str, Any]) -> str:
    return f"{Path(each['file_path']).stem}:{each['resource'].rpartition('.')[2]}"


def judged(found: Sequence[Complaint], known: Iterable[Accepted]) -> Iterator[str]:
    """A line for each complaint that nobody accepted, and for what was accepted and is not there any more."""
    every = list(known)
    for complaint in found:
        if not any(entry.covers(complaint) for entry in every):
            yield f"{complaint.check} {complaint.resource}: {complaint.words}"
    for entry in every:
        for pattern in entry.resources:
            alone = Accepted(entry.check, (pattern,), entry.why)
            if not any(alone.covers(complaint) for complaint in found):
                yield f"{entry.check} {pattern} was accepted, and nothing needs that any more: {ACCEPTED.name}"


def look(checkov: str) -> list[Complaint]:
    """With all that can be on, at the size of a stack for trying out: as it is by default, with the other database
    behind its proxy, and with all that is paid for beside it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, parameters in {"default": {}, "other": OTHER_DATABASE, "care": WITH_CARE}.items():
            (place := Path(folder) / name).mkdir()
            write(place, {**EVERYTHING_ON, **parameters})
        command = [checkov, "-d", folder, "--framework", "cloudformation", "--skip-download", "--quiet", "-o", "json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    return sorted(set(read(done.stdout)))


def main(arguments: Sequence[str]) -> int:
    try:
        found, known = look(arguments[0]), accepted()
    except NoAnswerError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    lines = list(judged(found, known))
    sys.stdout.write("\n".join(lines or [f"The templates are as safe as was agreed: {len(known)} exceptions"]) + "\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
