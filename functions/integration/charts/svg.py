"""A small writer of SVG: pictures that scale, read well in light and dark, and need nothing from anywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

FONT_SIZE = 13
CHARACTER = 7.2
"""The approximate width of a letter, in pixels: the reader's fonts are unknown."""
STYLE = """
svg { color-scheme: light dark; background: var(--paper);
  --paper: #ffffff; --ink: #1c2230; --faint: #667085; --line: #e4e7ec; --track: #f1f3f6;
  --first: #2563eb; --second: #0d9488; --third: #7c3aed; --bad: #c2410c; --idle: #98a2b3; --on: #ffffff; }
@media (prefers-color-scheme: dark) { svg {
  --paper: #12151c; --ink: #e7eaf0; --faint: #98a2b3; --line: #2a303c; --track: #1d222c;
  --first: #6ea8fe; --second: #2dd4bf; --third: #c4b5fd; --bad: #fb923c; --idle: #667085; --on: #0b0e14; } }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  fill: var(--ink); }
.title { font-size: 19px; font-weight: 600; }
.faint { fill: var(--faint); }
.small { font-size: 11px; }
.on { fill: var(--on); }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.line { stroke: var(--line); stroke-width: 1; }
.axis { stroke: var(--faint); stroke-width: 1; }
.paper { fill: var(--paper); } .track { fill: var(--track); }
.first { fill: var(--first); } .second { fill: var(--second); } .third { fill: var(--third); }
.bad { fill: var(--bad); } .idle { fill: var(--idle); }
"""


@dataclass(frozen=True)
class Element:
    """An element that is written already: text goes in escaped, and nothing else comes out."""

    text: str


def element(name: str, *inside: "Element | str", **attributes: float | str) -> Element:
    """One element; an attribute's underscores are hyphens, and a last one only keeps it from being a keyword."""
    written = "".join(f" {key.rstrip('_').replace('_', '-')}={quoteattr(_number(v))}" for key, v in attributes.items())
    content = "".join(part.text if isinstance(part, Element) else escape(_legal(part)) for part in inside)
    return Element(f"<{name}{written}>{content}</{name}>" if inside else f"<{name}{written}/>")


def document(width: float, height: float, title: str, summary: str, parts: Iterable[Element]) -> str:
    """A whole picture; `summary` is for those who cannot see it."""
    drawn = element(
        "svg",
        element("title", title),
        element("desc", summary),
        Element(f"<style>{STYLE}</style>"),
        element("rect", width=width, height=height, class_="paper"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=width,
        height=height,
        role="img",
    )
    return drawn.text


def label(x: float, y: float, words: str, *classes: str) -> Element:
    """Text on its baseline."""
    return element("text", words, x=x, y=y, **({"class_": " ".join(classes)} if classes else {}))


def box(x: float, y: float, width: float, height: float, tone: str, hint: str = "", **more: float | str) -> Element:
    """A filled rectangle; `hint` is shown under the pointer."""
    inside = [element("title", hint)] if hint else []
    return element("rect", *inside, x=x, y=y, width=width, height=height, class_=tone, **more)


def line(x1: float, y1: float, x2: float, y2: float, kind: str = "line") -> Element:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def shortened(words: str, width: float) -> str:
    """What of a text fits, with an ellipsis where something is missing."""
    fitting = int(width / CHARACTER)
    return words if len(words) <= fitting else words[: max(fitting - 1, 1)].rstrip() + "…"


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{round(value, 2):g}"


def _legal(words: str) -> str:
    """Without the control characters that XML 1.0 has no way to write."""
    return "".join(char for char in words if char >= " " or char in "\t\n")
