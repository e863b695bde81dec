"""The recipe of docs/gateways.md, played with a toy gateway in a copy of the tree."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.database import EngineFor
from tests.support.recipes.gateway import recipe
from tests.support.recipes.recipe import strays
from tests.support.recipes.tree import Tree

PIECES = ("-m", "tests.support.payment.gateway_pieces")


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("payment")


def follow(tree: Tree, but: Callable[[Tree], None] | None = None) -> Tree:
    for step in recipe.STEPS:
        if step is not but:
            step(tree)
    return tree


def test_a_gateway_that_is_added_by_the_recipe_takes_money(tree: Tree, engine: Engine, tmp_path: Path) -> None:
    follow(tree)

    assert strays(tree, "Adding a gateway", "docs/gateways.md", name="toypay") == []
    done = tree.run(*PIECES)
    assert done.returncode == 0, done.stderr
    assert tree.play(
        "gateway",
        "payment",
        engine.url,
        PAYMENT_PROVIDERS="toypay",
        TOYPAY_CREDENTIALS='{"key": "toy"}',
        SANDBOX_STATE=str(tmp_path / "sandbox"),
    ) == {
        "on": ["toypay"],
        "created": "pending",
        "webhook": [200, "thanks"],
        "paid": "succeeded",
        "home": True,
        "chart": ["ToyPay", "ТойПэй"],
        "label": "ТойПэй",
        "settings": [True, "127.0.0.0/8"],
        "variables": "http://127.0.0.1:5090/toypay",
        "providers": "yookassa,sberpay,tkassa,toypay",
    }


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        (recipe.name_it, "shared_schemas/providers.py does not name toypay in Provider"),
        (recipe.label_it, "LABELS in shared_schemas/providers.py has no name of toypay in both languages"),
        (recipe.add_folder, "functions/payment/gateways/toypay/ is missing"),
        (recipe.add_parameters, "template.yaml has no parameter or secret ToyPayBaseUrl"),
        (recipe.add_secret, "template.yaml has no parameter or secret ToyPayCredentials"),
        (recipe.add_variables, "template.yaml gives no TOYPAY_NETWORKS"),
        (recipe.add_sandbox, "infra/sandbox/providers/toypay/settings.py is missing"),
        (recipe.write_it_down, "docs/gateways.md has no row of toypay"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_step_that_is_left_out_is_named(step: Callable[[Tree], None], missing: str, tree: Tree) -> None:
    done = follow(tree, but=step).run(*PIECES)
    assert done.returncode == 1
    assert missing in done.stderr


def test_every_step_is_left_out_once() -> None:
    marks = test_a_step_that_is_left_out_is_named.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for mark in marks for case in mark.args[1]} == set(recipe.STEPS)
