"""What a request that changes a part leaves, takes away and ignores."""

from dataclasses import dataclass

import pytest
from pydantic import Field

from core.changes import changed
from shared_schemas.common import Contract


class Lamp(Contract):
    name: str
    watts: int | None = None
    country: str | None = "RU"
    colours: list[str] = Field(default=[])


@dataclass(frozen=True)
class Owner:
    name: str
    phone: str | None = None


class LampChanges(Contract):
    name: str | None = None
    watts: int | None = None
    country: str | None = None
    colours: list[str] | None = None


class OwnerPatch(Contract):
    name: str | None = None
    phone: str | None = None
    reason: str = ""


LAMP = Lamp(name="Softbox", watts=60, country="KZ", colours=["white"])


def test_what_is_absent_stays() -> None:
    assert changed(LAMP, LampChanges()) == LAMP
    assert changed(LAMP, LampChanges(name="Spot")) == LAMP.model_copy(update={"name": "Spot"})


def test_a_null_takes_away_what_may_be_absent() -> None:
    assert changed(LAMP, LampChanges(watts=None, country=None)) == Lamp(name="Softbox", country=None, colours=["white"])


def test_a_null_says_nothing_of_what_must_be_there() -> None:
    assert changed(LAMP, LampChanges(name=None, colours=None)) == LAMP


def test_what_is_empty_is_not_null() -> None:
    assert changed(LAMP, LampChanges(colours=[], watts=0)) == Lamp(name="Softbox", watts=0, country="KZ")


def test_a_dataclass_is_changed_by_the_same_rule() -> None:
    owner = Owner("Anna", "+7")

    assert changed(owner, OwnerPatch(name=None, phone=None, reason="asked"), but=["reason"]) == Owner("Anna")
    assert changed(owner, OwnerPatch(name="Olga"), but=["reason"]) == Owner("Olga", "+7")


def test_a_field_that_would_change_nothing_is_refused() -> None:
    with pytest.raises(TypeError, match="Owner has no field reason"):
        changed(Owner("Anna"), OwnerPatch(name="Olga"))
