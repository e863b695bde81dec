"""What is written down of a supervised program."""

from pathlib import Path

from infra.local.machine.child import Child


def test_the_pid_is_never_half_written(tmp_path: Path) -> None:
    """Whoever reads it may be about to signal it, and nothing there would be their own process group."""
    (tmp_path / "logs").mkdir()
    written = tmp_path / "idle.pid"
    written.write_text("1")
    child = Child("idle", ["-c", "import time; time.sleep(600)"], {}, tmp_path / "logs", health_url=None)
    with written.open() as opened_before:
        child.launch()
        try:
            assert (opened_before.read(), written.read_text()) == ("1", str(child.pid))
        finally:
            child.stop()
    assert not written.exists()
