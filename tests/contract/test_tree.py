"""What no file of the tree may hold."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = ("docs", "events", "findings", "functions", "infra", "layers", "requirements", "shared_schemas", "tests")
# Not written out, or this file would hold one itself.
CONFLICT = re.compile(rb"^(<{7}|>{7}|={7})( |$)", re.MULTILINE)


def test_no_merge_was_left_half_done() -> None:
    inside = (path for place in PLACES for path in (ROOT / place).rglob("*"))
    files = [path for path in (*ROOT.iterdir(), *inside) if path.is_file() and path.suffix != ".pyc"]

    assert len(files) > 1000
    assert [path.relative_to(ROOT).as_posix() for path in files if CONFLICT.search(path.read_bytes())] == []


def test_every_decision_is_in_the_list_by_its_heading_and_in_order() -> None:
    folder = ROOT / "docs" / "decisions"
    headings = {
        path.name: path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        for path in folder.glob("0*.md")
    }
    listed = re.findall(r"^- .*$", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert listed == [f"- [{headings[name]}]({name})" for name in sorted(headings)]
