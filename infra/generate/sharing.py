"""What the public document says once: parameters and refusals that many operations have, and examples of bodies and
answers. Its schemas are put into the order in which they compress best."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).with_name("samples.json")
CODE = re.compile(r"`(\w+)`")
# A refusal that is rarer saves nothing: its name is as long as what it says.
OFTEN = 20
# Letters of an example: the document has to stay small.
LONG = 500
Document = Mapping[str, Any]


def shared(document: Document) -> dict[str, Any]:
    """The document with each parameter that comes again among the components, under its own name, and each refusal that
    comes often, under its codes. Of parameters with one name this is the most frequent; the others stay in place."""
    made: dict[str, Any] = json.loads(json.dumps(document))
    parameters = Counter(_text(each) for operation in _operations(made) for each in operation["parameters"])
    refusals = Counter(_text(each) for operation in _operations(made) for _, each in _refusals(operation))
    named = {
        "parameters": _named(parameters, 2, lambda parameter: str(parameter.get("name", ""))),
        "responses": _named(refusals, OFTEN, lambda refusal: ".".join(CODE.findall(refusal["description"]))),
    }
    for operation in _operations(made):
        operation["parameters"] = [_reference("parameters", named, each) for each in operation["parameters"]]
        told = {status: _reference("responses", named, each) for status, each in _refusals(operation)}
        operation["responses"] = operation["responses"] | told
    for kind, names in named.items():
        known = made["components"].get(kind, {}) | {name: json.loads(text) for text, name in names.items()}
        made["components"][kind] = dict(sorted(known.items()))
    return made


def alike_together(document: Document) -> dict[str, Any]:
    """The document with its schemas in the order of their fields, then of their names: what has the same fields stands
    side by side, where compression finds it."""
    schemas = sorted(
        document["components"]["schemas"].items(), key=lambda each: ([*each[1].get("properties", ())], each[0])
    )
    return {**document, "components": {**document["components"], "schemas": dict(schemas)}}


def inlined(document: Document) -> dict[str, Any]:
    """The same with all parameters and refusals where they belong, for whoever reads operation by operation."""
    made: dict[str, Any] = json.loads(json.dumps(document))
    for operation in _operations(made):
        operation["parameters"] = [_resolved(made, each) for each in operation["parameters"]]
        responses = operation.get("responses", {})
        operation["responses"] = {status: _resolved(made, each) for status, each in responses.items()}
    return made


def exemplified(document: Document) -> dict[str, Any]:
    """The document with an example in the schema of each body and answer; most were recorded, a test checks all. A list
    has none: that of its items says enough. A long one
    is left out, for who reads it can put it together from the schema. What services alone say to each other needs none
    either."""
    samples = json.loads(SAMPLES.read_text(encoding="utf-8"))
    schemas = dict(document["components"]["schemas"])
    for name in sorted(_said(document)):
        if item := _item(schemas[name]):
            first = samples.get(name, {}).get("data", ())[:1]
            name, sample = item, samples.get(item, *first)
        else:
            sample = samples.get(name)
        if sample and len(json.dumps(sample, ensure_ascii=False)) <= LONG:
            schemas[name] = schemas[name] | {"examples": [sample]}
    return {**document, "components": {**document["components"], "schemas": schemas}}


def _said(document: Document) -> Iterator[str]:
    """The schemas of the bodies and answers of people and programs."""
    for operation in _operations(document):
        if operation.get("x-roles") != ["service"]:
            answers = (part for status, part in operation["responses"].items() if status < "300")
            for part in (operation.get("requestBody", {}), *answers):
                schema = part.get("content", {}).get("application/json", {}).get("schema", {})
                yield from filter(None, [_name(schema)])


def _item(schema: Document) -> str:
    """What a list is of."""
    return _name(schema.get("properties", {}).get("data", {}).get("items", {}))


def _name(schema: Document) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _operations(document: Document) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from (part for part in item.values() if isinstance(part, dict) and "parameters" in part)


def _refusals(operation: Document) -> Iterator[tuple[str, Document]]:
    yield from ((status, each) for status, each in operation["responses"].items() if status >= "400")


def _named(counts: Counter[str], least: int, name_of: Callable[[Document], str]) -> dict[str, str]:
    """Names by text of what comes so often."""
    found: dict[str, str] = {}
    for text, count in counts.most_common():
        name = name_of(json.loads(text))
        if count >= least and name and name not in found.values():
            found[text] = name
    return found


def _text(part: Document) -> str:
    return json.dumps(part, sort_keys=True)


def _reference(kind: str, named: Mapping[str, Mapping[str, str]], part: Document) -> Document:
    name = named[kind].get(_text(part))
    return {"$ref": f"#/components/{kind}/{name}"} if name else part


def _resolved(document: Document, part: Document) -> Document:
    if "$ref" not in part:
        return part
    kind, name = part["$ref"].removeprefix("#/components/").split("/")
    found: Document = document["components"][kind][name]
    return found
