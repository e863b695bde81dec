"""The typefaces of papers: which glyph a letter has, and how wide it is, read from the font files themselves."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
PER_EM = 1000
"""Units of a PDF's glyph space in the height of a letter."""
UNICODE_BMP = (3, 1)
SEGMENTS = 4


@dataclass(frozen=True)
class Font:
    """A TrueType font; widths are in thousandths of the size. A letter that it lacks has glyph 0, an empty box."""

    name: str
    data: bytes
    glyphs: dict[str, int]
    widths: tuple[int, ...]
    box: tuple[int, ...]
    ascent: int
    descent: int

    def width(self, text: str, size: float) -> float:
        """In points."""
        return sum(self.widths[self.glyphs.get(letter, 0)] for letter in text) * size / PER_EM

    def codes(self, text: str) -> str:
        """The glyphs of a text, as a PDF has them: two bytes each, in hexadecimal."""
        return "".join(f"{self.glyphs.get(letter, 0):04X}" for letter in text)


@cache
def font(name: str) -> Font:
    """A font of the folder."""
    data = (FOLDER / f"{name}.ttf").read_bytes()
    tables = _tables(data)
    per_em: int = struct.unpack_from(">H", tables["head"], 18)[0]

    def scaled(units: int) -> int:
        return round(units * PER_EM / per_em)

    ascent, descent = struct.unpack_from(">hh", tables["hhea"], 4)
    return Font(
        name=name,
        data=data,
        glyphs=dict(_glyphs(tables["cmap"])),
        widths=tuple(scaled(width) for width in _widths(tables)),
        box=tuple(scaled(edge) for edge in struct.unpack_from(">4h", tables["head"], 36)),
        ascent=scaled(ascent),
        descent=scaled(descent),
    )


def _tables(data: bytes) -> dict[str, bytes]:
    (count,) = struct.unpack_from(">H", data, 4)
    found = {}
    for place in range(count):
        tag, _, start, length = struct.unpack_from(">4s3I", data, 12 + 16 * place)
        found[tag.decode()] = data[start : start + length]
    return found


def _widths(tables: dict[str, bytes]) -> Iterator[int]:
    """One for each glyph: those behind the last one that is told are as wide as it."""
    (told,) = struct.unpack_from(">H", tables["hhea"], 34)
    (glyphs,) = struct.unpack_from(">H", tables["maxp"], 4)
    for glyph in range(glyphs):
        yield struct.unpack_from(">H", tables["hmtx"], 4 * min(glyph, told - 1))[0]


def _glyphs(cmap: bytes) -> Iterator[tuple[str, int]]:
    """Letters and their glyphs by the subtable of format 4 for Unicode's first plane."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    starts = [struct.unpack_from(">HHI", cmap, 4 + 8 * place) for place in range(count)]
    table = next(cmap[start:] for platform, kind, start in starts if (platform, kind) == UNICODE_BMP)
    shape, _, _, doubled = struct.unpack_from(">4H", table)
    if shape != SEGMENTS:
        raise ValueError(f"a cmap of format {shape}")
    segments = doubled // 2
    ends, first, delta, offset = (
        struct.unpack_from(f">{segments}H", table, 14 + doubled * part + (2 if part else 0)) for part in range(4)
    )
    for place in range(segments):
        for code in range(first[place], min(ends[place], 0xFFFE) + 1):
            glyph = code
            if offset[place]:
                at = 16 + doubled * 3 + 2 * place + offset[place] + 2 * (code - first[place])
                (glyph,) = struct.unpack_from(">H", table, at)
            if glyph:
                yield chr(code), (glyph + delta[place]) & 0xFFFF
