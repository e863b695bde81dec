"""What is deployed where, and as what: the command line and samconfig.toml together."""

import pytest

from infra.deploy.target import Target, TargetError, pairs, target
from infra.deploy.transformed import transformed
from tests.support.runs.table import each


def test_a_stage_says_what_the_command_line_leaves_out() -> None:
    found = target("", "prod")
    assert (found.stack, found.region, found.parameters["DatabaseMultiAz"]) == ("cyclorama", "eu-central-1", "true")
    assert target("loft", "dev").stack == "loft"


def test_the_command_line_has_the_last_word() -> None:
    found = target("", "dev", "LogRetentionDays=3 'MailFrom=Studio <a@b.example>'")
    assert found.parameters["LogRetentionDays"] == "3"
    assert found.parameters["MailFrom"] == "Studio <a@b.example>"


@each("name", ["Loft", "1loft", "loft_2", "loft-", "l" * 41, "loft two"])
def test_a_name_that_queues_and_buckets_cannot_bear_is_refused(name: str) -> None:
    with pytest.raises(TargetError, match="STACK="):
        target(name, "dev")


def test_an_unknown_stage_names_the_known_ones() -> None:
    with pytest.raises(TargetError, match="default, dev, prod"):
        target("", "staging")


def test_a_word_that_sets_nothing_is_refused() -> None:
    with pytest.raises(TargetError, match="'DatabaseMultiAz'"):
        pairs("DatabaseMultiAz")


def of_sandbox() -> Target:
    return target("", "dev", sandbox="https://sandbox.example/")


def test_a_sandbox_stands_for_all_gateways_and_may_call_from_anywhere() -> None:
    stack = transformed(of_sandbox().parameters)
    (webhooks,) = [r for r in stack.walk() if r.logical_id == "PaymentWebhooks"]
    told = webhooks.properties["Environment"]["Variables"]
    addresses = {name: value for name, value in told.items() if name.endswith("_BASE_URL") and value}
    assert len(addresses) == 3
    assert all(value.startswith("https://sandbox.example/") for value in addresses.values())
    assert {value for name, value in told.items() if name.endswith("_NETWORKS")} == {""}
    assert sorted(told["PAYMENT_PROVIDERS"].split(",")) == ["sberpay", "tkassa", "yookassa"]


def test_where_people_really_pay_there_is_no_sandbox() -> None:
    with pytest.raises(TargetError, match="prod"):
        target("", "prod", sandbox="https://sandbox.example")
