"""A QR code as a table of HTML: mail programs show no SVG, and pictures from outside only when asked."""

from itertools import groupby

from markupsafe import Markup

MODULE = 6
"""Pixels of one square."""
QUIET = 4
"""Squares of white around it, which scanners need."""
MASK = 0
"""Any of the eight patterns is read; trying all, for the one with the fewest even areas, takes five times as long."""


def qr_table(text: str) -> Markup:
    """The code of a short text; capitals and digits make the smallest one."""
    # Few messages have one.
    import segno

    rows = segno.make(text, error="m", micro=False, mask=MASK).matrix_iter(border=QUIET)
    body = "".join(f'<tr height="{MODULE}">{_row(list(row))}</tr>' for row in rows)
    return Markup(f'<table cellpadding="0" cellspacing="0" border="0" role="img" bgcolor="#ffffff">{body}</table>')  # noqa: S704 - no text of anybody is in it


def _row(squares: list[int]) -> str:
    runs = ((dark, len(list(run))) for dark, run in groupby(squares))
    return "".join(
        f'<td colspan="{length}" width="{length * MODULE}" bgcolor="#{"000000" if dark else "ffffff"}"></td>'
        for dark, length in runs
    )
