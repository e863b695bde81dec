"""Writes the API's documents from the code; with `--check` it only says whether the committed ones are current.

`functions/gateway/pages/openapi.json` is the public document, `web/files/docs/` what the page made of it brings along;
`infra/api.json` is what API Gateway imports: the same paths with their integrations and authoriser.
"""

import difflib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from core.http.openapi import document
from core.http.operations import Operation
from infra.generate.api_gateway import gateway_document
from infra.generate.docs_index import errors_module, index_module
from infra.generate.function_urls import function_url_paths
from infra.generate.naming import named
from infra.generate.sharing import alike_together, exemplified, shared
from infra.generate.tags import TAGS, tag_groups, tag_of
from infra.generate.webhooks import with_webhooks

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "booking", "payment", "integration", "notification")
INFO = {
    "title": "Cyclorama",
    "version": "1",
    "description": (
        "Booking for photo studios that rent halls by the hour. Money is in kopecks, instants are ISO 8601 with an "
        "offset, errors are `application/problem+json` with a stable `code`, lists have a `next_cursor`. Every GET is "
        "served as HEAD, too; OPTIONS and 405 name a path's methods in `Allow`. Sign in with `POST /v1/tokens` and "
        "send `Authorization: Bearer …`. Repeat a request that creates or charges with the same `Idempotency-Key`, and "
        "it happens once. `PATCH` changes what its body names: `{}` changes nothing, and is answered 200. 429 says in "
        "`Retry-After` when to come again: `too_many_calls` where one caller asked too much, `throttled` where all "
        "together did."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "contact": {"name": "The developers of Cyclorama"},
}
SERVERS = (
    # Relative to the document itself, so that it holds wherever the API is deployed.
    {"url": ".", "description": "Whoever serves this document"},
    {"url": "http://127.0.0.1:5000", "description": "One machine: `make run`"},
)


def operations() -> dict[str, Sequence[Operation]]:
    """Every service's routes; importing them needs an environment but no database."""
    for name in ("DATABASE_URL", "TOKEN_KEYS"):
        os.environ.setdefault(name, "unused")
    return {service: import_module(f"{service}.app").api.operations for service in SERVICES}


def documents() -> Mapping[Path, str]:
    """Each generated file and what it should contain."""
    services = operations()
    public = _public([operation for group in services.values() for operation in group])
    return {
        ROOT / "functions/gateway/pages/openapi.json": _json(public),
        ROOT / "functions/gateway/web/files/docs/index.js": index_module(public),
        ROOT / "functions/gateway/web/files/docs/errors.js": errors_module(public),
        ROOT / "infra/api.json": _json(gateway_document(services)),
    }


def _public(served: Sequence[Operation]) -> dict[str, Any]:
    described = document(INFO, SERVERS, {tag.name: tag.description for tag in TAGS}, served, tag_of)
    described["paths"] |= function_url_paths()
    return {**alike_together(shared(exemplified(with_webhooks(named(described))))), "x-tagGroups": tag_groups()}


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    check, stale = "--check" in sys.argv, False
    for path, wanted in documents().items():
        if not check:
            path.write_text(wanted, encoding="utf-8")
            continue
        found = path.read_text(encoding="utf-8") if path.exists() else ""
        if found != wanted:
            stale = True
            changes = difflib.unified_diff(found.splitlines(), wanted.splitlines(), "committed", "from the code", n=1)
            print(f"{path.relative_to(ROOT)} is not current:", *list(changes)[:40], sep="\n", file=sys.stderr)  # noqa: T201
    if stale:
        sys.exit("run `make openapi`")


if __name__ == "__main__":
    main()
