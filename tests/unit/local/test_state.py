"""What makes a state directory unusable is said before anything starts."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from infra.local.machine.errors import AlreadyRunningError, LocalError
from infra.local.plan.state import StateDirectory

Usage = namedtuple("Usage", ["total", "used", "free"])


def test_a_full_disk_is_named_with_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 2**20, 2**20))

    with (
        pytest.raises(LocalError, match=r"Only 1 MB are free on the disk of .*; \d+ MB are needed"),
        StateDirectory(tmp_path),
    ):
        pass


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(LocalError, match="cannot be written"), StateDirectory(tmp_path / "file" / "state"):
        pass


def test_one_state_has_one_owner_and_can_be_had_again(tmp_path: Path) -> None:
    with StateDirectory(tmp_path), pytest.raises(AlreadyRunningError), StateDirectory(tmp_path):
        pass
    with StateDirectory(tmp_path):
        pass
