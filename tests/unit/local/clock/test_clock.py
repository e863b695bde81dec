"""The clock of a local system: read, moved, and what its schedules make of it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from infra.clock import SharedClock
from infra.local.cli.clock import strides
from infra.local.cli.clock_texts import TEXTS
from infra.local.cli.happened import SHOWN
from infra.local.clock.lengths import LengthError, ahead, length
from infra.local.clock.moving import STRIDE
from infra.local.sources.schedules import Scheduler
from infra.local.template.model import Schedule

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_all_holders_of_one_file_see_a_move_at_once_and_after_a_restart(tmp_path: Path) -> None:
    one, other = SharedClock(tmp_path / "clock"), SharedClock(tmp_path / "clock")
    assert abs(one.now() - datetime.now(UTC)) < MINUTE

    one.forward(2 * DAY)
    other.forward(HOUR)

    assert one.shift == other.shift == SharedClock(tmp_path / "clock").shift == 2 * DAY + HOUR
    with pytest.raises(ValueError, match="forward only"):
        one.forward(-MINUTE)


def test_lengths_are_read_as_people_write_them() -> None:
    read = {
        "2h": 2 * HOUR,
        "1d 30m": DAY + 30 * MINUTE,
        "1D30M": DAY + 30 * MINUTE,
        " 1w ": 7 * DAY,
        "90m": 90 * MINUTE,
    }

    assert {text: length(text) for text in read} == read
    for text in ("", "2", "h", "2 h", "-2h", "1h 2h", "1.5h", "2 moons", "99999d"):
        with pytest.raises(LengthError):
            length(text)


def test_a_moment_is_the_studios_unless_it_says_otherwise() -> None:
    assert ahead(NOW, "", "2026-12-05T09:00", MOSCOW) == datetime(2026, 12, 5, 6, tzinfo=UTC)
    assert ahead(NOW, "", "2026-12-05T09:00+00:00", MOSCOW) == datetime(2026, 12, 5, 9, tzinfo=UTC)
    assert ahead(NOW, "2h", "", MOSCOW) == NOW + 2 * HOUR
    for forward, to, reason in (
        ("", "2026-12-01T15:00", "forward_only"), ("0m", "", "forward_only"), ("93d", "", "too_far"),
        ("1h", "2026-12-05", "one_of_both"), ("", "soon", "no_moment"),
    ):  # fmt: skip
        with pytest.raises(LengthError) as refused:
            ahead(NOW, forward, to, MOSCOW)
        assert refused.value.reason == reason


def test_a_long_way_is_gone_in_strides_of_half_a_day() -> None:
    assert strides(NOW, NOW + 2 * MINUTE) == [NOW + 2 * MINUTE]
    assert strides(NOW, NOW + 10 * MINUTE) == [NOW + 5 * MINUTE, NOW + 10 * MINUTE]
    # The last stops let one job take up what another brought about.
    assert strides(NOW, NOW + HOUR) == [NOW + by * MINUTE for by in (45, 55, 60)]
    week = strides(NOW, NOW + 7 * DAY + MINUTE)

    assert week[-1] == NOW + 7 * DAY + MINUTE and len(week) == 16
    assert all(after - before <= STRIDE for before, after in zip([NOW, *week], week, strict=False))


def test_what_fell_due_while_the_clock_was_moved_runs_once() -> None:
    """Every schedule once, not once for each time that it missed; it keeps its beat."""
    ran: list[tuple[str, str]] = []
    schedules = [
        Schedule(name, name, seconds, "aws.events") for name, seconds in (("m", 60), ("h", 3600), ("d", 86400))
    ]

    async def play() -> list[list[str]]:
        moment = [NOW]

        def invoke(function: str, event: bytes) -> None:
            ran.append((function, json.loads(event)["time"]))

        scheduler = Scheduler(schedules, invoke, lambda: moment[0])
        assert scheduler.skip(HOUR.total_seconds()) == []  # Nothing has started that could be due.
        scheduler.start()
        told = []
        # All of them are due within a minute of the start; only the move decides when from then on.
        for by in (2 * MINUTE, 2 * HOUR, 2 * MINUTE, 20 * HOUR, 2 * HOUR):
            moment[0] += by
            told.append(scheduler.skip(by.total_seconds()))
        await scheduler.stop()
        return told

    assert asyncio.run(play()) == [["m", "h", "d"], ["m", "h"], ["m"], ["m", "h"], ["m", "h", "d"]]
    assert ran[0] == ("m", "2026-12-01T12:02:00Z") and ran[-1] == ("d", "2026-12-02T12:04:00Z")


def test_both_languages_say_the_same() -> None:
    assert TEXTS["en"].keys() == TEXTS["ru"].keys() >= set(SHOWN)


def test_jobs_that_are_to_run_seldom_do_not_run_soon_after_the_start() -> None:
    """A test that asks for a day between them has them to itself."""
    schedules = [Schedule(name, name, 60, "aws.events") for name in ("a", "b")]

    async def play() -> list[list[str]]:
        scheduler = Scheduler(schedules, lambda *_: None, lambda: NOW, DAY.total_seconds())
        scheduler.start()
        told = [scheduler.skip(by.total_seconds()) for by in (HOUR, 8 * HOUR, 8 * HOUR)]
        await scheduler.stop()
        return told

    assert asyncio.run(play()) == [[], ["a"], ["b"]]
