"""The audit of dependencies against a source of advisories that a test plays."""

import socket
from datetime import date
from pathlib import Path

import pytest

from infra import audit
from infra.audit import NoSourceError, Pin, accepted, advisories, pins, report
from tests.support.database import free_port
from tests.support.scripted_server import scripted_server

OLD, NEW = Pin("requirements/run.txt", "PyPI", "jinja2", "2.0"), Pin("requirements/run.txt", "PyPI", "rich", "14.0")


def test_every_pin_of_every_kind_of_file_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "layers/dependencies").mkdir(parents=True)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "layers/dependencies/requirements.txt").write_text(
        'PG8000==1.31.2 \\\n    --hash=sha256:00\n    # via -r x\nuvicorn[standard]==0.1 ; python_version < "4"\n'
    )
    (tmp_path / "requirements/run.txt").write_text("rich==14.0 \\\n")
    (tmp_path / "requirements/accepted-advisories.txt").write_text("X-1 2026-12-31 no==1\n")
    (tmp_path / "requirements/clients.npm.json").write_text('{"dependencies": {"@a/b": "1.2.3"}}')
    assert [(pin.file, pin.ecosystem, pin.name, pin.version) for pin in pins(tmp_path)] == [
        ("layers/dependencies/requirements.txt", "PyPI", "pg8000", "1.31.2"),
        ("layers/dependencies/requirements.txt", "PyPI", "uvicorn", "0.1"),
        ("requirements/run.txt", "PyPI", "rich", "14.0"),
        ("requirements/clients.npm.json", "npm", "@a/b", "1.2.3"),
    ]


def test_all_that_we_pin_is_found() -> None:
    ours = {pin.file for pin in pins(audit.ROOT)}
    assert {"layers/dependencies/requirements.txt", "requirements/run.txt", "requirements/dev.txt"} <= ours
    assert len(pins(audit.ROOT)) > 100


def test_one_request_tells_of_all_and_only_what_nobody_accepted_is_reported() -> None:
    answer = {"results": [{"vulns": [{"id": "PYSEC-2"}, {"id": "GHSA-1", "modified": "2026-01-01"}]}, {}]}
    with scripted_server() as source:
        source.answers = [(200, answer)]
        found = advisories(source.url, [OLD, NEW])

    [asked] = source.asked
    assert asked.body["queries"][0] == {"package": {"ecosystem": "PyPI", "name": "jinja2"}, "version": "2.0"}
    assert found == {OLD: ["GHSA-1", "PYSEC-2"]}
    assert report(found, {"PYSEC-2"}) == [
        "requirements/run.txt: jinja2 2.0 has GHSA-1: https://osv.dev/vulnerability/GHSA-1"
    ]


def test_what_was_accepted_counts_again_after_its_day() -> None:
    text = "# id, last day, why\nGHSA-1 2026-12-01 only on Windows\n\nGHSA-2 2026-11-30 soon\n"
    assert accepted(text, date(2026, 12, 1)) == {"GHSA-1"}


@pytest.mark.parametrize(
    "answer",
    [None, (500, {}), (200, b"<html>a captive portal</html>"), (200, []), (200, {"results": [{}]}),
     (200, {"results": [{}, {"next_page_token": "x"}]})],
)  # fmt: skip
def test_what_is_no_source_is_not_taken_for_a_clean_bill(answer: tuple[int, object] | None) -> None:
    with scripted_server() as source:
        source.answers = [answer]
        with pytest.raises(NoSourceError):
            advisories(source.url, [OLD, NEW])


def test_nobody_is_waited_for() -> None:
    with pytest.raises(NoSourceError, match="refused"):
        advisories(f"http://127.0.0.1:{free_port()}", [OLD])
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NoSourceError, match="time"):
        advisories(f"http://127.0.0.1:{silent.getsockname()[1]}", [OLD], patience=0.1)


@pytest.mark.parametrize(("vulns", "status"), [([{"id": "GHSA-1"}], 1), ([], 0)])
def test_the_check_fails_for_an_advisory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], vulns: list[object], status: int
) -> None:
    monkeypatch.setattr(audit, "pins", lambda _root: [OLD])
    with scripted_server() as source:
        source.answers = [(200, {"results": [{"vulns": vulns}]})]
        monkeypatch.setenv("ADVISORIES_URL", source.url)
        assert audit.main() == status
    told = capsys.readouterr().out
    assert ("GHSA-1" in told) == bool(vulns) and "NOT audited" not in told


def test_without_a_source_the_check_says_so_and_fails_where_one_is_required(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ADVISORIES_URL", f"http://127.0.0.1:{free_port()}/nobody")
    assert audit.main() == 0
    assert "The dependencies are NOT audited: http://127.0.0.1" in capsys.readouterr().out
    monkeypatch.setenv("ADVISORIES_REQUIRED", "1")
    assert audit.main() == 1
