"""A failure is resolved, and staff read so in Telegram."""

from tests.support.recipes.recipe import Recipe
from tests.support.recipes.tree import Tree

CONTRACT = "shared_schemas/events/operations.py"
EVENT = '''class ServiceErrorResolved(EventData):
    """Staff say that a failure is mended."""

    type = "service.error_resolved"
    service: Service
    operation: str
    code: str


class StaffActed'''
SERVICE = "functions/integration/failures/service.py"
ACTION = "            group = work.errors.get(error_id)\n"
EMITTED = f"""{ACTION}            if status == "resolved":
                known = {{"service": group.service, "operation": group.operation, "code": group.code}}
                work.emit(ServiceErrorResolved.model_validate(known))
"""
TELEGRAM = "functions/integration/connectors/messengers/texts.py"
WORDS = """    ServiceErrorResolved.type: Text("✅ <b>Solved: {code}</b>", "✅ <b>Решено: {code}</b>"),
}


def message("""
TEMPLATE = "template.yaml"
TRIGGERS = "infra/local/triggers/studio.py"
PLAYED = '''

@recipe("service.error_resolved")
def mend(player: Player) -> None:
    """Staff say that a failure is mended."""
    fail(player)
    (error, *_) = player.wait("the failure", lambda: player.manager.get("/v1/errors")["data"] or None)
    player.manager.ask(f"POST /v1/errors/{error['id']}/resolve", {"note": "mended"})
'''


def contract(tree: Tree) -> None:
    tree.edit(CONTRACT, "class StaffActed", EVENT)


def emitted(tree: Tree) -> None:
    tree.edit(SERVICE, ACTION, EMITTED)
    shared = "from shared_schemas.common import Page\n"
    tree.edit(SERVICE, shared, f"{shared}from shared_schemas.events.operations import ServiceErrorResolved\n")


def taken(tree: Tree) -> None:
    tree.edit(TELEGRAM, "import ServiceError\n", "import ServiceError, ServiceErrorResolved\n")
    tree.edit(TELEGRAM, "}\n\n\ndef message(", WORDS)
    tree.edit(
        TELEGRAM,
        "    return {}\n",
        '    return {"code": data.code} if isinstance(data, ServiceErrorResolved) else {}\n',
    )


def subscribed(tree: Tree) -> None:
    tree.edit(TEMPLATE, "payment.refund_failed, service.error\n",
              "payment.refund_failed, service.error, service.error_resolved\n")  # fmt: skip


def played(tree: Tree) -> None:
    tree.append(TRIGGERS, PLAYED)


RECIPE = Recipe(
    "An event",
    [
        ("shared_schemas/events/<subject>.py", contract),
        ("functions/<service>/<capability>/service.py", emitted),
        ("functions/<subscriber>", taken),
        (TEMPLATE, subscribed),
        ("infra/local/triggers/<trigger>.py", played),
    ],
    {
        "subject": "operations",
        "service": "integration",
        "capability": "failures",
        "trigger": "studio",
        "subscriber": TELEGRAM.removeprefix("functions/"),
    },
)
