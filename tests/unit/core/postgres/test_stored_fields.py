"""Which fields of a model a table's columns keep, and which its JSON document."""

from dataclasses import dataclass, make_dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import Field, create_model
from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.stored_fields import StoredFields
from shared_schemas.common import Contract

lamps = Table(
    "lamps",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text),
    Column("from", Text, key="from_"),
    Column("details", JSONB),
)


class Lamp(Contract):
    id: int
    name: str
    from_: str = "shelf"
    watts: int | None = None
    colours: list[str] = Field(default=[])
    total: int = 0


@dataclass(frozen=True)
class Bulb:
    id: int
    name: str


def stored(**options: Any) -> StoredFields:
    return StoredFields(Lamp, lamps, "details", apart=["total"], **options)


def with_field(**fields: Any) -> type[Any]:
    return create_model("Lamp", __base__=Lamp, **fields)


def test_a_field_with_a_column_goes_there_and_the_others_into_the_document() -> None:
    lamp = Lamp(id=1, name="Softbox", colours=["white"], total=7)

    assert stored().values(lamp) == {
        "id": 1,
        "name": "Softbox",
        "from_": "shelf",
        "details": {"colours": ["white"]},
    }
    assert stored(nulls=True).values(lamp)["details"] == {"watts": None, "colours": ["white"]}
    assert stored().values(lamp, but=["id", "name", "from_"]).keys() == {"details"}


def test_what_is_read_is_what_was_written_whatever_the_column_is_called() -> None:
    row = SimpleNamespace(id=1, name="Softbox", details={"watts": 60, "colours": []}, **{"from": "shelf"})

    assert Lamp(**stored().read(row)) == Lamp(id=1, name="Softbox", watts=60)
    assert [column.name for column in stored().selected] == ["id", "name", "from", "details"]


def test_a_new_field_of_a_contract_is_stored_by_itself() -> None:
    edited = with_field(dimmed=(bool, False))

    document = StoredFields(edited, lamps, "details").values(edited(id=1, name="Spot", dimmed=True))["details"]

    assert document["dimmed"] is True


@pytest.mark.parametrize("grown", [make_dataclass("Bulb", [("socket", str)], bases=(Bulb,), frozen=True), Lamp])
def test_a_field_without_a_place_is_refused(grown: type) -> None:
    with pytest.raises(TypeError, match=r"lamps has no column for (socket|colours, total, watts)$"):
        StoredFields(grown, lamps)


def test_what_is_kept_apart_must_be_a_field() -> None:
    with pytest.raises(TypeError, match="Bulb has no field prise"):
        StoredFields(Bulb, lamps, apart=["prise"])


def test_a_null_that_would_come_back_as_the_default_is_refused() -> None:
    counting = with_field(spare=(int | None, 1))

    with pytest.raises(TypeError, match="without nulls, spare would come back as its default"):
        StoredFields(counting, lamps, "details")
    assert StoredFields(counting, lamps, "details", nulls=True).in_document >= {"spare"}
