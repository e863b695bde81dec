"""`python -m infra.contract` says what would break the released contract; `--release` makes today's the released one.

A break that is meant is a line of `accepted.txt`: the sentence, ` | `, and the words by which `CHANGELOG.md` tells it.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from infra.contract.breaks import breaks
from infra.contract.reduced import reduced

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "functions/gateway/pages/openapi.json"
RELEASED = Path(__file__).with_name("released.json")
ACCEPTED = Path(__file__).with_name("accepted.txt")
CHANGES = ROOT / "CHANGELOG.md"
HEADING = "# Breaks that clients were told of: `<what python -m infra.contract says> | <words of CHANGELOG.md>`\n"


def current() -> dict[str, Any]:
    """The contract of the committed document."""
    return reduced(json.loads(DOCUMENT.read_text(encoding="utf-8")))


def objections(found: Iterable[str], accepted: str, changes: str) -> Iterator[str]:
    """Breaks that nobody accepted, and what is wrong with those that somebody did."""
    lines = [line for line in accepted.splitlines() if line and not line.startswith("#")]
    told = {what: words for what, _, words in (line.partition(" | ") for line in lines)}
    # Where a paragraph is broken into lines is nobody's matter.
    newest = " ".join(changes.partition("\n## ")[2].partition("\n## ")[0].split())
    for broken in found:
        if broken not in told:
            yield f"breaks clients: {broken}"
        elif not told[broken] or told[broken] not in newest:
            yield f"CHANGELOG.md does not tell clients: {broken}"
    yield from (f"accepted, but not broken: {what}" for what in told.keys() - set(found))


def written(contract: dict[str, Any]) -> str:
    """One line for each thing, so that a release shows what it changed."""
    parts = []
    for name, things in contract.items():
        lines = (f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in things.items())
        parts.append(f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    if "--release" in sys.argv:
        RELEASED.write_text(written(current()), encoding="utf-8")
        ACCEPTED.write_text(HEADING, encoding="utf-8")
        return
    found = breaks(json.loads(RELEASED.read_text(encoding="utf-8")), current())
    wrong = objections(found, ACCEPTED.read_text(encoding="utf-8"), CHANGES.read_text(encoding="utf-8"))
    if told := sorted(wrong):
        sys.exit("\n".join([*told, "Keep it as it was, add another way beside it, or see CONTRIBUTING.md"]))


if __name__ == "__main__":
    main()
