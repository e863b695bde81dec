"""What shops send is held against what gateways publish, and the fault is named by its place."""

from pathlib import Path
from typing import Any

import pytest

import infra.sandbox.providers
from infra.sandbox.schemas import Schemas

PROVIDERS = Path(str(infra.sandbox.providers.__file__)).parent
LINE = {"Name": "Зал", "Price": 100, "Quantity": 1, "Amount": 100, "Tax": "none"}
RECEIPT = {"Email": "anna@example.test", "Taxation": "osn", "Items": [LINE]}
INIT = {"TerminalKey": "Demo", "Token": "t", "Amount": 100, "OrderId": "1", "Receipt": RECEIPT}


def init(**changes: Any) -> dict[str, Any]:
    return INIT | changes


def with_line(**changes: Any) -> dict[str, Any]:
    return init(Receipt=RECEIPT | {"Items": [LINE | changes]})


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (init(), None),
        (init(Amount="100"), "Amount"),
        (init(OrderId="x" * 37), "OrderId"),
        (init(PayType="B"), "PayType"),
        (init(RedirectDueDate="tomorrow"), "RedirectDueDate"),
        (init(DATA={"x" * 21: "1"}), "DATA"),
        ({name: value for name, value in INIT.items() if name != "OrderId"}, "OrderId"),
        (with_line(Name="x" * 129), "Receipt.Items.0.Name"),
        (with_line(Tax="vat18"), "Receipt.Items.0.Tax"),
        (with_line(Quantity=0.0001), "Receipt.Items.0.Quantity"),
        (init(Receipt=RECEIPT | {"FfdVersion": "1.2"}), "Receipt.Items.0.MeasurementUnit"),
        (init(Receipt=RECEIPT | {"Items": [LINE] * 101}), "Receipt.Items"),
        (init(Receipt=RECEIPT | {"Phone": "79160000000"}), "Receipt.Phone"),
    ],
)
def test_the_first_fault_is_named(document: dict[str, Any], where: str | None) -> None:
    fault = Schemas(PROVIDERS / "tkassa/schemas.json").fault("Init", document)
    assert (fault.where if fault else None) == where


def test_what_a_schema_does_not_name_is_refused_where_it_is_closed() -> None:
    path, document = PROVIDERS / "tkassa/schemas.json", with_line(Measure="шт")
    assert Schemas(path).fault("Init", document) is None
    fault = Schemas(path, closed=True).fault("Init", document)
    assert fault
    assert (fault.where, fault.rule) == ("Receipt.Items.0.Measure", "unevaluatedProperties")


@pytest.mark.parametrize("path", sorted(PROVIDERS.glob("*/schemas.json")), ids=lambda path: path.parent.name)
def test_each_schema_names_its_source(path: Path) -> None:
    assert any(character.isdigit() for character in Schemas(path).source)
