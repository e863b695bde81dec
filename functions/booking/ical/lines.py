"""The lines of an iCalendar file (RFC 5545 §3.1) as components, keeping only what says when somebody is busy."""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TIMING = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"})
KEPT: Mapping[str, frozenset[str]] = {
    "VCALENDAR": frozenset({"X-WR-TIMEZONE"}),
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION"}),
    "STANDARD": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
    "DAYLIGHT": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
    "VEVENT": frozenset({"UID", "SEQUENCE", "STATUS", "TRANSP", *TIMING}),
    "VFREEBUSY": frozenset({"UID", "FREEBUSY"}),
    "VAVAILABILITY": frozenset({"UID"}),
}
"""Properties that are read, by component; alarms, tasks and all other components cannot make anybody busy."""
ALL_KEPT = frozenset({"BEGIN", "END"}.union(*KEPT.values()))
PARAMETERS = frozenset({"TZID", "VALUE", "RANGE", "FBTYPE"})
NAME = re.compile(rb"\s*([A-Za-z0-9-]+)\s*[;:]")
PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=((?:"[^"]*"|[^";:])*)')
DEPTH = 50
"""How deep components are looked for in each other; four are in use."""
CONTROLS = dict.fromkeys([*range(32), 127])
DATED = frozenset({"DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID"})


@dataclass(frozen=True, slots=True)
class Line:
    """A content line; `number` is the number of its first physical line, names are upper case."""

    number: int
    name: str
    parameters: Mapping[str, str]
    value: str

    def text(self) -> str:
        """The line, unfolded."""
        parameters = "".join(f';{name}="{value}"' for name, value in self.parameters.items())
        return f"{self.name}{parameters}:{self.value}"


@dataclass(slots=True)
class Component:
    """A component, closed or not, with its lines by name in the order of the file."""

    name: str
    number: int
    lines: dict[str, list[Line]] = field(default_factory=dict)
    children: list["Component"] = field(default_factory=list)
    closed: bool = False

    def first(self, name: str) -> Line | None:
        """The first line of a name that has a value."""
        return next((line for line in self.lines.get(name, []) if line.value), None)

    def valued(self, name: str) -> list[Line]:
        """The lines of a name that have a value."""
        return [line for line in self.lines.get(name, []) if line.value]

    def walk(self, name: str) -> Iterator["Component"]:
        """The components of a name in it, at any depth; without recursion."""
        pending = [self]
        while pending:
            one = pending.pop()
            if one.name == name:
                yield one
            pending.extend(reversed(one.children))

    def text(self) -> Iterator[str]:
        """Its own lines, without those of its children."""
        for lines in self.lines.values():
            yield from (line.text() for line in lines)


def calendars(data: bytes) -> list[Component]:
    """Every VCALENDAR of a file, closed or not."""
    found: list[Component] = []
    stack: list[Component] = []
    for line in _lines(data):
        if line.name == "BEGIN":
            stack.append(_begin(line, stack, found))
        elif line.name == "END":
            _end(line.value.upper(), stack)
        elif stack and line.name in KEPT.get(stack[-1].name, ()):
            stack[-1].lines.setdefault(line.name, []).append(line)
    return found


def _begin(line: Line, stack: list[Component], found: list[Component]) -> Component:
    component = Component(line.value.upper(), line.number)
    if component.name == "VCALENDAR":
        found.append(component)
    elif component.name in KEPT and (
        holder := next((one for one in reversed(stack[-DEPTH:]) if one.name in KEPT), None)
    ):
        holder.children.append(component)
    return component


def _end(name: str, stack: list[Component]) -> None:
    """Close a component and unclosed ones inside it; an END without a BEGIN is ignored."""
    if any(open_.name == name for open_ in stack[-DEPTH:]):
        while stack[-1].name != name:
            stack.pop()
        stack.pop().closed = True


def _lines(data: bytes) -> Iterator[Line]:
    for number, raw in _unfolded(_utf8(data)):
        match = NAME.match(raw)
        if match and match[1].decode().upper() in ALL_KEPT:
            yield _line(number, match[1].decode().upper(), raw[match.end(1) :].decode("utf-8", "replace"))


def _line(number: int, name: str, rest: str) -> Line:
    rest = rest.translate(CONTROLS)
    parameters, position = {}, len(rest) - len(rest.lstrip())
    while match := PARAMETER.match(rest, position):
        parameters[match[1].upper()], position = match[2].replace('"', "").strip(), match.end()
    separator, value = rest[position : position + 1], rest[position + 1 :].strip()
    if separator != ":" or (name in DATED and value and not value[:4].isdigit()):
        # A zone name with an unquoted colon: dates have none.
        head, _, value = rest.rpartition(":")
        pairs = (part.partition("=") for part in head.split(";")[1:])
        parameters = {key.strip().upper(): text.replace('"', "").strip() for key, _, text in pairs}
    return Line(number, name, {key: parameters[key] for key in PARAMETERS & parameters.keys()}, value.strip())


def _unfolded(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Logical lines, joined as bytes: a fold may split a multi-byte character."""
    begun, parts = 0, list[bytes]()
    for number, line in enumerate(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), 1):
        if line[:1] in (b" ", b"\t"):
            parts.append(line[1:])
        elif line:
            if parts:
                yield begun, b"".join(parts)
            begun, parts = number, [line]
    if parts:
        yield begun, b"".join(parts)


def _utf8(data: bytes) -> bytes:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(codecs.BOM_UTF8)
