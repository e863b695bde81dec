"""What the HTML of a mail may not hold: whatever loads, runs or asks for something, and links that are none."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from html.parser import HTMLParser

from jinja2 import nodes

from notification.writing.edited import sandbox
from shared_schemas.errors import Text

TAG = Text("A mail may not hold <{tag}>", "В письме не может быть <{tag}>")
ATTRIBUTE = Text(
    "In a mail <{tag}> may not have this “{attribute}”: nothing is loaded or run, and links lead to http, https, "
    "mailto and tel",
    "В письме у <{tag}> не может быть такого «{attribute}»: письмо ничего не загружает и не запускает, а ссылки ведут "
    "на http, https, mailto и tel",
)
TAGS = frozenset(
    ["applet", "area", "audio", "base", "bgsound", "button", "embed", "form", "frame", "frameset", "iframe", "img",
     "image", "input", "link", "map", "math", "meta", "noscript", "object", "param", "picture", "portal", "script",
     "select", "source", "style", "svg", "template", "textarea", "track", "video"]
)  # fmt: skip
LOADS = frozenset(
    ["action", "background", "cite", "classid", "codebase", "data", "dynsrc", "formaction", "icon", "longdesc",
     "lowsrc", "manifest", "ping", "poster", "profile", "src", "srcdoc", "srcset", "usemap"]
)  # fmt: skip
STYLE = re.compile(r"[@\\]|/\*|\b(?:url|src|image|image-set|cross-fade|element|expression)\s*\(", re.I)
"""Functions that load; whatever else could spell their names."""
LINK = re.compile(r"\s*(?:https?://|mailto:|tel:|#|$)", re.I)
OWN: Mapping[str, int] = {"meta": 4, "style": 1}
"""What the layout itself has."""
SOMETHING = "https://x"
"""In the place of what a text names: it may be a link, and a word."""


def faults(source: str, shown: str) -> list[tuple[Text, dict[str, object]]]:
    """Of a source, with what it says only of some visits, and of a mail that came of it."""
    found = {*_found(outline(source), {}), *_found(shown, OWN)}
    return [
        (ATTRIBUTE, {"tag": tag, "attribute": attribute}) if attribute else (TAG, {"tag": tag})
        for tag, attribute in sorted(found)
    ]


def outline(source: str) -> str:
    """The markup of all branches, one after another."""
    outputs = sandbox().parse(source).find_all(nodes.Output)
    return "".join(_written(node) for output in outputs for node in output.nodes)


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.TemplateData):
        return node.data
    return escape(str(node.value)) if isinstance(node, nodes.Const) else SOMETHING


def _found(html: str, own: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    found = _Markup(html).found
    yield from (each for each in found if each[1] or found.count(each) > own.get(each[0], 0))


class _Markup(HTMLParser):
    """Tags that a mail must not hold, and attributes of others."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in TAGS:
            self.found.append((tag, ""))
            return
        self.found += [(tag, name) for name, value in attrs if _is_foreign(name, value or "")]


def _is_foreign(name: str, value: str) -> bool:
    if name.startswith("on") or name in LOADS or ":" in name:
        return True
    if name == "style":
        return STYLE.search(value) is not None
    return name == "href" and not LINK.match(value)
