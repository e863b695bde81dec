"""A PDF file of text, lines and boxes (ISO 32000-1), written in ASCII alone.

API Gateway turns bytes into text or not by the caller's `Accept`; what is text already, arrives as it is.
"""

import base64
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from payment.papers.fonts import BOLD, PER_EM, REGULAR, Font, font

WIDTH, HEIGHT = 595.28, 841.89
"""A4, in points of 1/72 inch."""
NAMES: Mapping[str, str] = {REGULAR: "F1", BOLD: "F2"}
MAPPED = 100
"""How many letters one list of a ToUnicode map may have."""


@dataclass
class Page:
    """What is drawn on a page; `y` is measured downwards from its top edge."""

    drawn: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float, name: str = REGULAR) -> None:
        """A line of text whose letters stand on `y`."""
        place = f"1 0 0 1 {x:.2f} {HEIGHT - y:.2f} Tm"
        self.drawn.append(f"BT /{NAMES[name]} {size:g} Tf {place} <{font(name).codes(text)}> Tj ET")

    def line(self, x: float, y: float, to_x: float, to_y: float, width: float = 0.5) -> None:
        self.drawn.append(f"{width:g} w {x:.2f} {HEIGHT - y:.2f} m {to_x:.2f} {HEIGHT - to_y:.2f} l S")

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        self.drawn.append(f"0.5 w {x:.2f} {HEIGHT - y - height:.2f} {width:.2f} {height:.2f} re S")

    def fill(self, x: float, y: float, width: float, height: float) -> None:
        self.drawn.append(f"{x:.3f} {HEIGHT - y - height:.3f} {width:.3f} {height:.3f} re f")


def written(pages: Iterable[Page], title: str) -> str:
    """The file."""
    objects = list(_objects(list(pages), title))
    text, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}"


def _objects(pages: list[Page], title: str) -> Iterator[str]:
    """Numbered from 1 as they come: catalogue, pages, title, five for each font, two for each page."""
    first_page = 4 + 5 * len(NAMES)
    kids = " ".join(f"{first_page + 2 * place} 0 R" for place in range(len(pages)))
    yield "<< /Type /Catalog /Pages 2 0 R /Lang (ru) >>"
    yield f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 {WIDTH} {HEIGHT}] >>"
    yield f"<< /Title <FEFF{title.encode('utf-16-be').hex().upper()}> >>"
    for place, name in enumerate(NAMES):
        yield from _font_objects(font(name), 4 + 5 * place)
    fonts = " ".join(f"/{short} {4 + 5 * place} 0 R" for place, short in enumerate(NAMES.values()))
    for place, page in enumerate(pages):
        content = first_page + 2 * place + 1
        yield f"<< /Type /Page /Parent 2 0 R /Resources << /Font << {fonts} >> >> /Contents {content} 0 R >>"
        yield _stream("\n".join(page.drawn).encode())


def _font_objects(face: Font, number: int) -> Iterator[str]:
    """A composite font whose codes are glyphs (9.7), with a map back to letters, so that the text can be copied."""
    widths = " ".join(map(str, face.widths))
    box = " ".join(map(str, face.box))
    yield (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{face.name} /Encoding /Identity-H "
        f"/DescendantFonts [{number + 1} 0 R] /ToUnicode {number + 4} 0 R >>"
    )
    yield (
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{face.name} /CIDToGIDMap /Identity /DW {PER_EM} "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor {number + 2} 0 R /W [0 [{widths}]] >>"
    )
    yield (
        f"<< /Type /FontDescriptor /FontName /{face.name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 "
        f"/Ascent {face.ascent} /Descent {face.descent} /CapHeight {face.ascent} /StemV 80 "
        f"/FontFile2 {number + 3} 0 R >>"
    )
    yield _embedded(face.name)
    yield _stream(_letters(face).encode())


@cache
def _embedded(name: str) -> str:
    data = font(name).data
    return _stream(data, f" /Length1 {len(data)}")


def _stream(data: bytes, more: str = "") -> str:
    packed = base64.a85encode(zlib.compress(data, 9)).decode() + "~>"
    return f"<< /Length {len(packed)} /Filter [/ASCII85Decode /FlateDecode]{more} >>\nstream\n{packed}\nendstream"


def _letters(face: Font) -> str:
    pairs = [f"<{glyph:04X}> <{ord(letter):04X}>" for letter, glyph in face.glyphs.items()]
    lists = [pairs[start : start + MAPPED] for start in range(0, len(pairs), MAPPED)]
    told = "\n".join(f"{len(each)} beginbfchar\n" + "\n".join(each) + "\nendbfchar" for each in lists)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Letters def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{told}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    )
