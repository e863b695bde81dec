"""Every hour failures are closed that nobody has seen for a month."""

from tests.support.recipes.recipe import Recipe
from tests.support.recipes.tree import Tree

SERVICE = "functions/integration/failures/service.py"
USE_CASE = '''    def close_old(self, turn: Turn) -> int:
        """As many as time allows; how many there were."""
        query = ErrorsQuery(status="open", to=self._clock.now() - 30 * DAY)
        for group in self.page(query).data:
            if not turn():
                break
            self.handle(group.id, "resolved", UUID(int=0), "not seen for a month")
            turn.done += 1
        return turn.done

    def handle('''
JOBS = "functions/integration/jobs.py"
JOB = '''

@job(every=HOUR)
def close_old_errors(_event: dict[str, Any], turn: Turn) -> int:
    """Close the failures that nobody has seen for a month."""
    return composition.app().error_log.close_old(turn)
'''
TEMPLATE = "template.yaml"
FUNCTION = """  IntegrationCloseOldErrors:
    Type: AWS::Serverless::Function
    Properties:
      <<: *integration
      Handler: integration.jobs.close_old_errors
      Timeout: 50
      Events:
        EveryHour:
          Type: Schedule
          Properties: {Schedule: rate(1 hour)}
"""


def use_case(tree: Tree) -> None:
    tree.edit(SERVICE, "    def handle(", USE_CASE)
    paging = "from core.http.paging import decode_cursor, encode_cursor, paged\n"
    tree.edit(SERVICE, paging, f"{paging}from core.jobs import DAY, Turn\n")


def job(tree: Tree) -> None:
    tree.append(JOBS, JOB)
    tree.edit(JOBS, "import DAY, MINUTE,", "import DAY, HOUR, MINUTE,")


def function(tree: Tree) -> None:
    tree.edit(TEMPLATE, "  IntegrationFailedInvocations:\n", f"{FUNCTION}  IntegrationFailedInvocations:\n")


RECIPE = Recipe(
    "A schedule",
    [
        ("functions/<service>/<capability>/service.py", use_case),
        ("functions/<service>/jobs.py", job),
        (TEMPLATE, function),
    ],
    {"service": "integration", "capability": "failures"},
)
