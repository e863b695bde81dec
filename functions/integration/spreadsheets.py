"""What every file for spreadsheets heeds."""

# What a spreadsheet would take for a formula, or for the beginning of one after what it strips.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The text as a cell that does not act as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
