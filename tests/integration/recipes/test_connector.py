"""The recipe of a connector in CONTRIBUTING, played in a copy of the tree: a toy is added, and delivered to."""

import pytest
from sqlalchemy import Engine

from tests.support.database import EngineFor
from tests.support.integration.completeness import House
from tests.support.recipes.connector.house import build
from tests.support.recipes.recipe import strays
from tests.support.recipes.tree import Tree

FORGOTTEN = {
    "contract": "shared_schemas/integration/connectors.py: ConnectorName does not name toy",
    "folder": "functions/integration/connectors/toy/connector.py is missing",
    "LABEL": "functions/integration/connectors/toy/connector.py: LABEL in both languages is missing",
    "TAKES": "functions/integration/connectors/toy/connector.py: TAKES is missing",
    "template": "template.yaml: ToyBaseUrl is missing, which infra/sandbox/receivers/toy/parameters.json sets",
    "function": "template.yaml: no function has the handler integration.consumers_connectors.toy",
    "schedule": "template.yaml: IntegrationToy does not run every minute",
    "setting": "template.yaml: IntegrationToy does not set TOY_BASE_URL",
    "api": "template.yaml: IntegrationApi lacks the credentials of toy",
    "letters": "template.yaml: nobody collects the dead letters of cyclorama-integration-toy",
    "events": "template.yaml: cyclorama-integration-toy is not told of what functions/integration/connectors/toy",
    "sandbox": "infra/sandbox/receivers/toy/api.py is missing",
    "parameters": "infra/sandbox/receivers/toy/parameters.json is missing",
    "row": "docs/connectors.md: the table has no row `toy`",
    "section": "docs/connectors.md: there is no section Toy",
}


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("integration")


def test_the_toy_is_complete_and_delivered_to(tree: Tree, engine: Engine) -> None:
    build(tree)

    assert House(tree.root).missing("toy") == []
    assert strays(tree, "A connector", name="toy") == []
    assert tree.play("connector", "integration", engine.url) == {
        "of what it does not take": "nothing",
        "of a booking": "delivered",
        "while it is paused": "waiting",
        "due once it goes on": "1",
        "while it fails": "waiting toy_500",
        "due a minute later": "1",
        "at last": "delivered",
        "lines": ["booking.created"] * 3,
    }


@pytest.mark.parametrize("piece", FORGOTTEN)
def test_a_piece_that_is_forgotten_is_named(piece: str, tree: Tree) -> None:
    build(tree, leave_out=piece)
    found = House(tree.root).missing("toy")
    assert any(line.startswith(FORGOTTEN[piece]) for line in found), found
