"""The page of the documentation shows an example of every body and answer, and each is one that the API knows."""

import json
from collections.abc import Iterator
from typing import Any

from core.http.operations import Operation
from infra.generate import docs_index
from tests.contract.test_openapi import BODIES, DOCUMENTED, SERVED, validate
from tests.support.runs.table import each

SAMPLES: dict[str, Any] = json.loads(docs_index.SAMPLES.read_text(encoding="utf-8"))


def shown() -> Iterator[tuple[str, Any]]:
    """The schemas of every body and of every answer in JSON, each with who has it."""
    for _, _, operation in DOCUMENTED:
        parts = [operation.get("requestBody", {})]
        parts += [answer for status, answer in operation["responses"].items() if status < "300"]
        for content in (part.get("content", {}).get("application/json") for part in parts):
            # The document itself, and notices in the gateways' own forms.
            if content and "$ref" in content["schema"]:
                yield operation["operationId"], content["schema"]


@each(("name", "schema"), list(shown()), ids=lambda value: str(value)[:60])
def test_every_body_and_every_answer_has_an_example_on_the_page(name: str, schema: dict[str, Any]) -> None:
    of = schema["$ref"].rpartition("/")[2]
    assert of in SAMPLES, f"add one to {docs_index.SAMPLES.name}"
    validate(SAMPLES[of], schema)


@each("operation", [o for _, o in SERVED if o.body], ids=lambda operation: operation.name)
def test_examples_of_bodies_are_taken_by_their_contracts(operation: Operation) -> None:
    assert operation.body
    of = BODIES[operation.name]["$ref"].rpartition("/")[2]
    assert operation.body.model_validate_json(json.dumps(SAMPLES[of]))
