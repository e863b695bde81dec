"""For how long a failure has been going on."""

from tests.support.recipes.recipe import Recipe
from tests.support.recipes.tree import Tree

CAPABILITY = "functions/<service>/<capability>"
NAMES = {"service": "integration", "capability": "failures"}
CONTRACT = "shared_schemas/integration/failures.py"
SPAN = '''class ErrorSpan(Contract):
    """From the first occurrence of a failure to the latest."""

    first_seen: Instant
    last_seen: Instant
    minutes: int


class ErrorsQuery'''
SERVICE = "functions/integration/failures/service.py"
USE_CASE = '''    def span(self, error_id: UUID) -> ErrorSpan:
        """`ErrorNotFoundError` where there is none."""
        group = self.get(error_id)
        minutes = (group.last_seen - group.first_seen) // timedelta(minutes=1)
        return ErrorSpan(first_seen=group.first_seen, last_seen=group.last_seen, minutes=minutes)

    def handle('''
ROUTES = "functions/integration/failures/routes.py"
ENDPOINT = '''@api.endpoint("GET /v1/errors/{error_id}/span", errors=[ErrorNotFoundError])
def get_error_span(error_id: UUID) -> ErrorSpan:
    """For how long it has been going on."""
    return composition.app().error_log.span(error_id)


@api.endpoint("POST /v1/errors/{error_id}/acknowledge"'''
WHO_MAY = "shared_schemas/access.py"


def contract(tree: Tree) -> None:
    tree.edit(CONTRACT, "class ErrorsQuery", SPAN)


def use_case(tree: Tree) -> None:
    tree.edit(SERVICE, "    def handle(", USE_CASE)
    tree.edit(SERVICE, "    ErrorGroup,\n", "    ErrorGroup,\n    ErrorSpan,\n")
    tree.edit(SERVICE, "from uuid import", "from datetime import timedelta\nfrom uuid import")


def endpoint(tree: Tree) -> None:
    tree.edit(ROUTES, '@api.endpoint("POST /v1/errors/{error_id}/acknowledge"', ENDPOINT)
    tree.edit(ROUTES, "    ErrorGroup,\n", "    ErrorGroup,\n    ErrorSpan,\n")


def let_in(tree: Tree) -> None:
    tree.edit(
        WHO_MAY,
        "staff    events:write       POST   /v1/errors/{error_id}/acknowledge\n",
        "staff    events:write       POST   /v1/errors/{error_id}/acknowledge\n"
        "staff    events:read        GET    /v1/errors/{error_id}/span\n",
    )


RECIPE = Recipe(
    "A route",
    [
        ("shared_schemas/<service>/<capability>.py", contract),
        (f"{CAPABILITY}/service.py", use_case),
        (f"{CAPABILITY}/routes.py", endpoint),
        (WHO_MAY, let_in),
    ],
    NAMES,
)
