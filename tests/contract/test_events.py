"""Events are a contract: named by rule, free of personal data, and as `shared_schemas/golden/` has them."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import jsonschema_rs
import pytest

from infra.generate import events_page, golden
from shared_schemas import events
from shared_schemas.events.envelope import REGISTRY, Envelope, EventData, Service, UnknownEventError
from tests.support.runs.table import each
from tests.support.samples import EVENTS, envelope

# What could tell who somebody is, or let one act as somebody.
PERSONAL = re.compile(r"name|mail|phone|address|birth|passport|card|token|password|comment|recipient$|contact")
# The studio's own things, and a code of the template: nobody's personal data.
IMPERSONAL = {"hall_name"}
# What events are about, where it is not what their service is named for.
THINGS = {
    "account", "act", "api_key", "balance", "certificate", "code", "consent", "deposit", "invoice",
    "second_factor", "service", "session", "staff", "studio", "till", "waitlist",
}  # fmt: skip
# What is text in events: codes, numbers, names of the studio's own things, an error without its values. The trail of
# the staff has why they did something to the system, too, and from which network.
CODES = {"action", "actor_role", "code", "currency", "detail", "document_version", "gateway_payment_id", "hall_name",
         "network", "number", "operation", "promo_code", "reason", "scopes", "target", "tariff", "template",
         "timezone"}  # fmt: skip
FOLDER = Path(events.__path__[0])
EVENT_MODELS = sorted(REGISTRY.items())
# All but what Lambda itself tells a failure destination, and SES of mail.
SAMPLES = sorted(path.stem for path in EVENTS.glob("*.json") if path.stem.startswith(("sqs_", "eventbridge_")))
SAMPLES.remove("sqs_failed_invocation")
SAMPLES.remove("sqs_mail_event")


def event_id(value: Any) -> str:
    return f"{value[0]}.v{value[1]}" if isinstance(value, tuple) else ""


def field_names(schema: Any) -> Iterator[str]:
    """Every property in a JSON Schema, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from field_names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from field_names(value)


def personal(names: Iterator[str]) -> set[str]:
    return {name for name in names if PERSONAL.search(name)} - IMPERSONAL


def test_there_is_something_to_check() -> None:
    assert len(EVENT_MODELS) > 10
    assert len(SAMPLES) >= 4


def test_one_module_of_events_brings_all_of_them() -> None:
    """A consumer that imports some would else not know the others' types."""
    parsed = ast.parse(FOLDER.joinpath("__init__.py").read_text(encoding="utf-8"))
    (brings,) = [node for node in parsed.body if isinstance(node, ast.ImportFrom)]
    modules = {path.stem for path in FOLDER.glob("*.py")}
    assert {name.name for name in brings.names} == modules - {"__init__", "envelope"}


def test_the_golden_schemas_are_current() -> None:
    assert golden.stale() == [], "run `make openapi`"


def test_a_changed_or_forgotten_golden_schema_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in golden.GOLDEN.glob("*.json"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "booking.created.v1.json").write_text("{}")
    (tmp_path / "booking.forgotten.v1.json").write_text("{}")
    (tmp_path / "payment.failed.v1.json").unlink()
    monkeypatch.setattr(golden, "GOLDEN", tmp_path)
    assert golden.stale() == ["booking.created.v1.json", "booking.forgotten.v1.json", "payment.failed.v1.json"]


def test_the_events_page_is_current() -> None:
    assert events_page.PAGE.read_text(encoding="utf-8") == events_page.page(), "run `make openapi`"


@each(("key", "model"), EVENT_MODELS, ids=event_id)
def test_an_event_is_named_by_its_subject_and_what_happened(key: tuple[str, int], model: type[EventData]) -> None:
    kind, version = key
    service, _, verb = kind.partition(".")
    assert service in {*get_args(Service), *THINGS}
    # What happened is in the past; `no_show` and `error` are nouns of the trade, and one checks in.
    assert re.fullmatch(r"([a-z]+_)*([a-z]+ed|sent)|no_show|checked_in|error", verb)
    assert version >= 1 and (version == 1 or (kind, version - 1) in REGISTRY)
    camel = "".join(part.capitalize() for part in re.split(r"[._]", kind))
    assert model.__name__ == camel + (f"V{version}" if version > 1 else "")
    assert model.__doc__


@each(("key", "model"), EVENT_MODELS, ids=event_id)
def test_an_event_carries_no_personal_data(key: tuple[str, int], model: type[EventData]) -> None:
    assert personal(field_names(model.model_json_schema())) == set()


def texts(schema: Any, name: str = "") -> Iterator[str]:
    """The names of those properties, at any depth, that hold any text; what is not told any more is left out."""
    if isinstance(schema, list):
        for each in schema:
            yield from texts(each, name)
    if not isinstance(schema, dict) or schema.get("deprecated"):
        return
    if schema.get("type") == "string" and not schema.keys() & {"format", "enum", "const", "pattern"}:
        yield name
    for key, value in schema.items():
        named = value.items() if key in ("properties", "$defs") else [(name, value)]
        for inner, nested in named:
            yield from texts(nested, inner)


@each(("key", "model"), EVENT_MODELS, ids=event_id)
def test_an_event_carries_nothing_that_somebody_wrote(key: tuple[str, int], model: type[EventData]) -> None:
    """It would lie in queues and logs where nobody can erase it."""
    assert set(texts(model.model_json_schema())) - CODES == set()


def test_what_somebody_wrote_would_be_noticed() -> None:
    class Words(EventData):
        reason: str
        note: str | None
        words: list[str]
        customer_id: UUID

    assert set(texts(Words.model_json_schema())) - CODES == {"note", "words"}


def test_personal_data_would_be_noticed() -> None:
    class Leak(EventData):
        customer_email: str
        contact_phone: str
        full_name: str
        hall_name: str
        customer_id: str

    assert personal(field_names(Leak.model_json_schema())) == {"customer_email", "contact_phone", "full_name"}


@each(("key", "model"), EVENT_MODELS, ids=event_id)
def test_an_unknown_field_is_refused_rather_than_lost(key: tuple[str, int], model: type[EventData]) -> None:
    assert model.model_json_schema()["additionalProperties"] is False


@each("name", SAMPLES)
def test_a_sample_event_satisfies_the_golden_schemas(name: str) -> None:
    event = envelope(name)
    data = json.loads((golden.GOLDEN / f"{event.type}.v{event.version}.json").read_text())
    wrapper = json.loads((golden.GOLDEN / "envelope.json").read_text())
    jsonschema_rs.validator_for(data, validate_formats=True).validate(event.data)
    jsonschema_rs.validator_for(wrapper, validate_formats=True).validate(event.model_dump(mode="json"))
    payload = event.payload()
    assert (payload.type, payload.version) == (event.type, event.version)
    assert event.type.split(".")[0] in {event.source, *THINGS}


def test_an_unknown_type_or_version_is_told_from_a_malformed_event() -> None:
    known = envelope("eventbridge_booking_created")
    for change in ({"version": 99}, {"type": "booking.vanished"}):
        with pytest.raises(UnknownEventError, match=r"v(99|1) is not registered"):
            Envelope.model_validate(known.model_dump() | change).payload()
