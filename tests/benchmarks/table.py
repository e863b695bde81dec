"""The table that a measurement leaves: figures are whole at 80 columns, and what they are about gives way."""

from collections.abc import Sequence

from rich import box
from rich.table import Table


def figures_table(title: str, figures: Sequence[str], about: str = "") -> Table:
    """One column that wraps, and one that never does for each figure; a header's words stand below each other."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(about, overflow="fold")
    for name in figures:
        table.add_column(name.replace(" ", "\n"), justify="right", no_wrap=True)
    return table
