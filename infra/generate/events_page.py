"""Writes `docs/events.md` from the event registry and the template; with `--check` it only compares."""

import sys
from pathlib import Path

from infra.local.template import EVERYTHING_ON, load_template
from infra.local.template.model import System
from shared_schemas.events.envelope import REGISTRY, EventData

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "events.md"
HEADER = """\
# Events

Written by `make openapi` from `shared_schemas/events/` and `template.yaml`.

Every event travels in one envelope: `id`, `type`, `version`, `time`, `source` (the service), `correlation_id` (the
whole flow), `causation_id` (the event or request that led here) and `data`. On EventBridge the envelope is the
`detail`, the type is the `detail-type` and the source is `cyclorama.<service>`. JSON Schemas are in
`shared_schemas/golden/`.

Delivery is at least once and in no order. A consumer keeps an inbox, so a repeat does nothing, and compares versions
(`booking_version`) where a late older event must not undo a newer state. Events carry ids, never personal data.

| event | version | what happened | read by |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    system = load_template(ROOT / "template.yaml", EVERYTHING_ON)
    rows = [
        f"| `{kind}` | {version} | {_meaning(model)} | {', '.join(_readers(system, kind)) or '–'} |"
        for (kind, version), model in REGISTRY.items()
    ]
    return HEADER + "\n".join(rows) + "\n"


def _meaning(model: type[EventData]) -> str:
    return " ".join((model.__doc__ or "").split())


def _readers(system: System, kind: str) -> list[str]:
    """The functions behind the queues whose rule lets the event through."""
    queues = {
        arn.rpartition(":")[2]
        for rule in system.rules
        if kind in rule.pattern.get("detail-type", [kind])
        for arn in rule.targets.values()
    }
    return sorted(f"`{source.function}`" for source in system.queue_sources if source.queue in queues)


def main() -> None:
    wanted = page()
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != wanted:
        sys.exit("docs/events.md is not current: run `make openapi`")


if __name__ == "__main__":
    main()
