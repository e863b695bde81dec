"""What docs/deploying.md counts is there as often in the template, as it is deployed with nothing set."""

import re
from pathlib import Path
from typing import Any

from infra.deploy.transformed import transformed, typed
from infra.local.template.stack import Resource
from tests.support.runs.table import each

PAGE = (Path(__file__).parents[3] / "docs" / "deploying.md").read_text(encoding="utf-8")
RESOURCES = [*transformed({}).walk()]


def every_minute() -> list[dict[str, Any]]:
    rules = typed(RESOURCES, "AWS::Events::Rule")
    on = [rule.properties for rule in rules if rule.properties.get("State", "ENABLED") == "ENABLED"]
    return [rule for rule in on if rule.get("ScheduleExpression") == "rate(1 minute)"]


def asked() -> list[Resource]:
    """The queues that Lambda polls: each poll is paid for, also of an empty one."""
    sources = typed(RESOURCES, "AWS::Lambda::EventSourceMapping")
    return [source for source in sources if source.properties.get("Enabled", True) is True]


COUNTED = {
    r"Secrets: (\d+), and the one RDS keeps": len(typed(RESOURCES, "AWS::SecretsManager::Secret")),
    r"CloudWatch: (\d+) alarms": len(typed(RESOURCES, "AWS::CloudWatch::Alarm")),
    r"SQS: (\d+) queues that Lambda keeps asking": len(asked()),
    r"Lambda: (\d+) schedules a minute": len(every_minute()),
}


@each("words", [*COUNTED])
def test_the_page_counts_what_is_paid_for(words: str) -> None:
    assert re.findall(words, PAGE) == [str(COUNTED[words])]
