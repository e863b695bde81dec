"""Readable logs: one file a service, and short lines on the terminal."""

import asyncio
import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape

LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}
STYLES = {30: "yellow", 40: "red", 50: "bold red"}
# What every line has, or what only a machine reads.
OMITTED = {"level", "message", "timestamp", "service", "location", "exception_name", "exception", "stack_trace"}
# A log and what was moved aside of it take so much each.
ROTATE_BYTES = 10 * 1024 * 1024
LOOK_SECONDS = 5
TERMINAL_WIDTH = 200

# What happens goes to the one, a command's answer to the other: `make status | grep …`.
terminal = Console(stderr=True, highlight=False, soft_wrap=True)
answers = Console(highlight=False, soft_wrap=True)
log = logging.getLogger("cyclorama.local")


class TerminalHandler(logging.Handler):
    """The runtime's own lines, in the manner of the services'."""

    def emit(self, record: logging.LogRecord) -> None:
        show(record.levelno, "local", record.getMessage())
        if record.exc_info and record.exc_info[0]:
            terminal.print_exception()


def show(level: int, source: str, message: str) -> None:
    """One line on the terminal."""
    style = STYLES.get(level, "dim" if level <= LEVELS["DEBUG"] else "")
    line = f"{datetime.now().astimezone():%H:%M:%S} {source:<14} {message}"
    terminal.print(f"[{style}]{escape(line)}[/]" if style else escape(line))


def set_up_terminal(level: str) -> None:
    """Have the runtime's own log shown from that level on."""
    log.handlers = [TerminalHandler()]
    log.setLevel(level)
    log.propagate = False


class ServiceLogs:
    """Takes the functions' output line by line; Powertools' JSON becomes text for people."""

    def __init__(self, directory: Path, level: str) -> None:
        self._directory = directory
        self._level = LEVELS[level]
        self._files: dict[str, TextIO] = {}

    def write(self, service: str, function: str, line: str) -> None:
        """Keep one line of a function's output."""
        level, text = readable(line)
        if not text or level < self._level:
            return
        name = logging.getLevelName(level)
        self._file(service).write(f"{_now()} {name:<7} {function}: {text}\n")
        if level >= LEVELS["WARNING"] or self._level <= LEVELS["DEBUG"]:
            show(level, service, text.splitlines()[0][:TERMINAL_WIDTH])

    def tail(self, service: str, lines: int = 15) -> str:
        """The end of a service's log."""
        path = self._directory / f"{service}.log"
        return "\n".join(path.read_text(encoding="utf-8").splitlines()[-lines:]) if path.exists() else ""

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _file(self, service: str) -> TextIO:
        if service not in self._files:
            self._files[service] = open_log(self._directory / f"{service}.log")
        return self._files[service]


def open_log(path: Path) -> TextIO:
    """A log file to append to, line by line. Half a surrogate pair, which JSON may hold, is written as its escape."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shorten(path)
    return path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)


async def keep_short(directory: Path) -> None:
    """See to it for as long as the system runs."""
    while True:
        await asyncio.to_thread(shorten_all, directory)
        await asyncio.sleep(LOOK_SECONDS)


def shorten_all(directory: Path) -> None:
    """Shorten the logs of the services, the database and the broker."""
    for path in directory.glob("*.log"):
        shorten(path)


def shorten(path: Path) -> None:
    """Move the end of what became too long aside, in place of what was moved before.

    The file itself stays, for programs hold it open; all append, and so go on at its new beginning."""
    if not path.exists() or path.stat().st_size <= ROTATE_BYTES:
        return
    with path.open("r+b") as file:
        file.seek(-ROTATE_BYTES, os.SEEK_END)
        path.with_suffix(".log.1").write_bytes(file.read(ROTATE_BYTES))
        file.truncate(0)


def readable(line: str) -> tuple[int, str]:
    """A line's level and its text; JSON becomes `message key=value`, with any traceback below."""
    document = _parse(line)
    if document is None:
        return _plain(line)
    if "_aws" in document:
        # A metric in CloudWatch's embedded format.
        return LEVELS["DEBUG"], line
    level = LEVELS.get(str(document.get("level")), LEVELS["INFO"])
    pairs = [f"{key}={_short(value)}" for key, value in document.items() if key not in OMITTED and value is not None]
    message = document.get("message")
    text = " ".join([message if isinstance(message, str) else json.dumps(message), *pairs])
    return level, f"{text}\n{document['exception']}" if "exception" in document else text


def _parse(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) and ("level" in document or "_aws" in document) else None


def _plain(line: str) -> tuple[int, str]:
    # Lambda's runtime client writes `[ERROR] …`, with no-break spaces and carriage returns for line ends.
    text = line.replace("\u00a0", " ").replace("\r", "\n").rstrip()
    for name, level in LEVELS.items():
        if text.startswith((f"[{name}]", f"{name} ")):
            return level, text
    return LEVELS["INFO"], text


def _short(value: Any) -> str:
    return value if isinstance(value, str) and " " not in value else json.dumps(value, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
