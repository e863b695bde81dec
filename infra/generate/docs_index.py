"""What `/docs` brings along: the list of operations and events, sentences of errors in both languages, and examples.

The rest of the page comes from openapi.json, which is several times as large.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.generate.sharing import inlined
from infra.generate.tags import TAGS
from shared_schemas.errors import MONEY, CycloramaError, Text

METHODS = ("get", "post", "put", "patch", "delete")
HEADER = "// Written by `make openapi`.\n\n"
# API Gateway's own refusal has no type here; its words are in api-base.json.
THROTTLED = Text(
    "Too many requests at once; try again in a second", "Слишком много запросов сразу; повторите через секунду"
)


def index_module(document: Mapping[str, Any]) -> str:
    """What is said of the whole, groups of tags of operations as `[id, method, path, summary]`, and events as `[type,
    meaning]`."""
    by_tag: dict[str, list[list[str]]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                row = [operation["operationId"], method, path, operation["summary"]]
                by_tag.setdefault(operation["tags"][0], []).append(row)
    groups: dict[str, list[Any]] = {}
    for tag in TAGS:
        groups.setdefault(tag.group, []).append([tag.name, tag.description, by_tag[tag.name]])
    events = [[kind, call["post"]["summary"]] for kind, call in document["webhooks"].items()]
    about = f"{HEADER}export const ABOUT = {json.dumps(document['info']['description'], ensure_ascii=False)};\n\n"
    return f"{about}export const GROUPS = {_rows(groups.items())};\n\nexport const EVENTS = {_rows(events)};\n"


def errors_module(document: Mapping[str, Any]) -> str:
    """The sentences by code, English and Russian, of all codes that the document names."""
    texts = {"throttled": THROTTLED} | {error.code: error.text for error in sorted(_errors(CycloramaError), key=_place)}
    named = json.dumps(inlined(document)["paths"])
    found = {code: [_plain(text.en), _plain(text.ru)] for code, text in sorted(texts.items()) if f"`{code}`" in named}
    lines = (f"  {json.dumps(code)}: {json.dumps(words, ensure_ascii=False)},\n" for code, words in found.items())
    return f"{HEADER}export const ERRORS = {{\n{''.join(lines)}}};\n"


def _plain(text: str) -> str:
    """With its placeholders as they are, but for how a sum is written."""
    return text.replace(f":{MONEY}}}", "}")


def _rows(rows: Any) -> str:
    lines = (f"  {json.dumps(row, ensure_ascii=False)},\n" for row in rows)
    return f"[\n{''.join(lines)}]"


def _place(error: type[CycloramaError]) -> tuple[str, str]:
    """Of errors that share a code, the same one is told, whatever was imported first."""
    return error.__module__, error.__qualname__


def _errors(kind: type[CycloramaError]) -> Iterator[type[CycloramaError]]:
    """Those with a code of their own, whatever else is loaded."""
    for error in kind.__subclasses__():
        if "code" in vars(error) and not error.__module__.startswith("tests"):
            yield error
        yield from _errors(error)
