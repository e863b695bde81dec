"""The documentation shows an example of every body and answer of people and programs, and each is a good one."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from core.http.operations import Operation
from infra.generate import sharing
from infra.generate.sharing import inlined
from tests.contract.test_openapi import BODIES, DOCUMENT, DOCUMENTED, SERVED, WRITTEN, validate
from tests.support.runs.table import each

SMALL = 100_000
SHARED = WRITTEN["components"]["parameters"]
SAMPLES: dict[str, Any] = json.loads(sharing.SAMPLES.read_text(encoding="utf-8"))


def shown() -> Iterator[tuple[str, Any]]:
    """The schemas of every body and of every answer in JSON, each with who has it."""
    for _, _, operation in DOCUMENTED:
        # What services alone call, nobody has to write.
        if operation.get("x-roles") == ["service"]:
            continue
        parts = [operation.get("requestBody", {})]
        parts += [answer for status, answer in operation["responses"].items() if status < "300"]
        for content in (part.get("content", {}).get("application/json") for part in parts):
            # The document itself, and notices in the gateways' own forms.
            if content and "$ref" in content["schema"]:
                yield operation["operationId"], content["schema"]


def test_what_is_said_often_is_said_once_and_the_whole_is_small_on_its_way() -> None:
    said = Counter(
        json.dumps(part) for _, _, operation in written() for part in operation["parameters"] if "$ref" not in part
    )
    assert [part for part, count in said.items() if count > 1 and json.loads(part)["name"] not in SHARED] == []
    assert inlined(WRITTEN)["paths"] != WRITTEN["paths"]
    assert len(gzip.compress(json.dumps(WRITTEN, ensure_ascii=False, separators=(",", ":")).encode())) < SMALL


def test_schemas_of_the_same_fields_stand_side_by_side() -> None:
    """Compressed, the document is 4 % smaller than in the order of names."""
    fields = [tuple(schema.get("properties", ())) for schema in WRITTEN["components"]["schemas"].values()]
    runs = [run for run, _ in groupby(fields)]
    assert len(runs) == len(set(fields)) < len(fields)


def written() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in WRITTEN["paths"].items():
        yield from ((path, method, part) for method, part in item.items() if isinstance(part, dict))


@each(("name", "schema"), list(shown()), ids=lambda value: str(value)[:60])
def test_every_body_and_every_answer_has_an_example_on_the_page(name: str, schema: dict[str, Any]) -> None:
    of = schema["$ref"].rpartition("/")[2]
    data = DOCUMENT["components"]["schemas"][of].get("properties", {}).get("data", {})
    # That of a list is made of its items'.
    shown = data.get("items", schema) if of not in SAMPLES else schema
    of = shown.get("$ref", "").rpartition("/")[2]
    assert of in SAMPLES, f"add one to {sharing.SAMPLES.name}"
    validate(SAMPLES[of], shown)


@each("operation", [o for _, o in SERVED if o.body and o.roles != ["service"]], ids=lambda operation: operation.name)
def test_examples_of_bodies_are_taken_by_their_contracts(operation: Operation) -> None:
    assert operation.body
    of = BODIES[operation.name]["$ref"].rpartition("/")[2]
    assert operation.body.model_validate_json(json.dumps(SAMPLES[of]))
