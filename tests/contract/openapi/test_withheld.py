"""What API keys without `customers:read` are told: every text of every answer is ours, or is withheld from them."""

from collections.abc import Iterator
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from core.http.api import Api
from core.http.operations import Operation
from core.http.withheld import WITHHELD, marked, without_people
from core.identity import Identity
from infra.generate import openapi
from shared_schemas.access import PEOPLE_SCOPE, table
from shared_schemas.accounts import Person
from shared_schemas.booking.bookings import Transition
from shared_schemas.booking.schedule import ScheduledCustomer
from shared_schemas.common import Role
from tests.support.rest import call, rest_event

# Words of the system and of the studio: numbers, codes, ids, names of what is rented and sold, places in lists.
OURS = """
    access_token account action actor author bank bik body booking_number bookings by caption causation_id closed_by
    closes code codes company confirmation_url correlation_id correspondent_account country created_by currency
    cursor decided_by description detail disabled_reason en ends equipment error event_type event_types failure
    gateway_payment_id hall_name inn invoice_number issued_by kpp last_error last_failure manage_url message mode
    name network next_cursor number ogrn opened_by opens operation payer_inn promo_code property quantity queue
    reopened_by requested_by role ru rule rules_url rules_version secret signer signer_position sold_by stamp starts
    subject subscriber tail taken_by target tariff tariff_name tariffs timezone type uid unit url vat version
"""
# By contract, what has such a name and is written by nobody but the system or of nobody but the studio.
SYSTEMS = frozenset({
    "BookSide.status", "FieldProblem.field",
    "Payment.reason", "Refund.reason", "DeskRefund.reason", "Notification.reason", "Notification.provider",
    "Notification.delivery_reason", "MessageCostRow.provider",
    "DateOverride.note",
    "TariffVersion.note", "Notification.address", "RulePreview.reason", "RulePreviewMessage.reason",
    "RulePreviewMessage.address", "MessageRule.event",
    "Company.address", "Party.address",
    "CompanyContact.email", "CompanyContact.phone",
    # Of texts and of a visit that is made up.
    "PushPreview.title", "SmsPreview.text", "TemplateParts.sms", "TemplateParts.html",
    "TemplateParts.text", })  # fmt: skip


def operations() -> Iterator[Operation]:
    for group in openapi.operations().values():
        for each in group:
            if each.access.scope not in (None, PEOPLE_SCOPE):
                yield each


def contracts(hint: Any) -> Iterator[type[BaseModel]]:
    """Those that a type is made of, and theirs."""
    waiting, seen = [hint], set[Any]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, BaseModel) and each not in seen:
            seen.add(each)
            yield each
            waiting += [field.annotation for field in each.model_fields.values()]
        waiting += [part for part in get_args(each) if part not in (None, ...)] if get_origin(each) else []


def is_free(hint: Any) -> bool:
    """Whether a type lets any text stand there."""
    origin = get_origin(hint)
    if origin is Literal:
        return False
    if origin is Annotated:
        return is_free(get_args(hint)[0])
    if origin in (Union, UnionType, list, tuple):
        return any(map(is_free, get_args(hint)))
    return hint is str and not (isinstance(hint, type) and issubclass(hint, Enum))


def test_every_text_that_a_key_is_told_is_ours_or_withheld_from_it() -> None:
    found = {
        f"{model.__name__}.{name}"
        for operation in operations()
        for model in contracts(operation.returns)
        for name, field in model.model_fields.items()
        if is_free(field.annotation) and name not in marked(model) and name not in OURS.split()
    }
    assert found == SYSTEMS


def test_what_is_withheld_is_left_out_or_said_to_be() -> None:
    person = Person(id="7b1f8f9e-0c2c-4d0e-9a35-0b5b1f1c2d3e", full_name="Anna Petrova", phone="+79161234567")
    customer = ScheduledCustomer(id=person.id, full_name="Anna", first_visit=True, missed_before=False)
    step = Transition(
        version=2, action="amend", to_status="pending", actor="a", reason="Asked by phone", at="2026-12-01T10:00:00Z",
        before={"people": 2, "comment": "Anna's"}, after={"people": 3},
    )  # fmt: skip

    told = without_people([person, customer, step])

    assert (told[0].full_name, told[0].phone) == (WITHHELD, None)
    assert told[1].full_name is None and told[1].first_visit
    assert (told[2].reason, told[2].before, told[2].after) == (None, {"people": 2}, {"people": 3})


api = Api("people", table("staff halls:read GET /person"))


@api.endpoint("GET /person")
def person() -> Person:
    return Person(id=UUID(int=1), full_name="Anna Petrova", phone="+79161234567")


def test_it_is_withheld_where_answers_are_written() -> None:
    def told(scopes: frozenset[str] | None) -> dict[str, str]:
        who = Identity(str(UUID(int=2)), Role.MANAGER, scopes=scopes)
        document: dict[str, str] = call(api, rest_event("GET /person", identity=who)).body
        return document

    assert told(frozenset({"halls:read"})) == {"id": str(UUID(int=1)), "full_name": WITHHELD}
    assert told(frozenset({"halls:read", PEOPLE_SCOPE})) == told(None)
    assert told(None)["full_name"] == "Anna Petrova"
