"""The HTML that Telegram reads: a few tags, all closed, and nothing else in angle brackets."""

from html.parser import HTMLParser

TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote", "tg-spoiler"}
)


class MarkupError(ValueError):
    """What Telegram says of it."""


class _Reader(HTMLParser):
    def __init__(self, tags: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._tags = tags
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag not in self._tags:
            raise MarkupError(f'Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise MarkupError(f'Unexpected end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise MarkupError("Unexpected character after <")
        self.text += data


def plain(markup: str, tags: frozenset[str] = TAGS) -> str:
    """The text as people read it; raises `MarkupError`, also for tags that are none of these."""
    # The parser turns references into characters before it hands text on, so they are hidden from it.
    reader = _Reader(tags)
    reader.feed(markup.replace("&lt;", "\ue000"))
    reader.close()
    if reader.open:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{reader.open[-1]}"')
    return reader.text.replace("\ue000", "<")
