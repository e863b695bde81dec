"""A message as a phone that is locked shows it."""

from notification.writing.rendering import Words

TITLE, BODY = 60, 180
"""Letters that are shown."""


def on_a_locked_screen(words: Words) -> tuple[str, str]:
    """Title and text: the subject of the mail, and the text message, or else how the mail begins. The page of the
    booking is not named: the whole notification leads there."""
    part = "sms.txt" if words.has("sms.txt") else "txt"
    return _short(words.line("subject.txt"), TITLE), _short(words.line(part, url=""), BODY)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
