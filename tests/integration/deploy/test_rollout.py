"""A rollout against an endpoint that speaks CloudFormation: what it tells, keeps, and goes on with."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.deploy.account import outputs, stack_state
from infra.deploy.destroy import destroy
from infra.deploy.rollout import Rollout, RolloutError
from infra.deploy.target import Target
from infra.local.machine.aws import local_client
from infra.local.machine.ports import HOST
from infra.local.run.broker import ministack
from tests.support.database import free_port

GOOD: dict[str, Any] = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "1"}}
# Its function is not there.
BAD: dict[str, Any] = {
    "Type": "Custom::Migration",
    "DependsOn": "Network",
    "Properties": {"ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:none"},
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    state, port = tmp_path_factory.mktemp("ministack"), free_port()
    (state / "logs").mkdir()
    child = ministack(state, state / "logs", port, "WARNING")
    child.launch()
    try:
        asyncio.run(child.wait_ready())
        yield lambda service: local_client(service, f"http://{HOST}:{port}")
    finally:
        child.stop()


class Site:
    """One stack, and what was told of it."""

    def __init__(self, aws: Callable[[str], Any]) -> None:
        self.aws = aws
        self.name = f"loft-{uuid4().hex[:8]}"
        self.told: list[str] = []

    def prepared(self, **resources: dict[str, Any]) -> Callable[[], None]:
        """What the SAM CLI does: a change set that waits."""

        def prepare() -> None:
            kind = "UPDATE" if stack_state(self.aws, self.name) not in ("", "REVIEW_IN_PROGRESS") else "CREATE"
            body = {"Resources": resources, "Outputs": {"ApiUrl": {"Value": "http://api"}}}
            cloudformation = self.aws("cloudformation")
            name = f"change-{uuid4().hex[:8]}"
            cloudformation.create_change_set(
                StackName=self.name, ChangeSetName=name, ChangeSetType=kind, TemplateBody=json.dumps(body)
            )

        return prepare

    def roll(self, **resources: dict[str, Any]) -> None:
        rollout = Rollout(self.aws, self.name, self.told.append, pause=lambda _: None)
        rollout.perform(self.prepared(**resources))

    @property
    def state(self) -> str:
        return stack_state(self.aws, self.name)

    def resources(self) -> set[str]:
        found = self.aws("cloudformation").list_stack_resources(StackName=self.name)["StackResourceSummaries"]
        return {each["LogicalResourceId"] for each in found if each["ResourceStatus"].endswith("_COMPLETE")}


@pytest.fixture
def site(aws: Callable[[str], Any]) -> Site:
    return Site(aws)


def test_a_stack_is_made_and_its_phases_are_told(site: Site) -> None:
    site.roll(Network=GOOD, Migration=GOOD | {"DependsOn": "Network"}, BookingApi=GOOD | {"DependsOn": "Migration"})
    assert site.state == "CREATE_COMPLETE"
    phases = [line.split()[1] for line in site.told if "COMPLETE" in line]
    assert phases == ["foundation", "migration"]
    assert outputs(site.aws, site.name) == {"ApiUrl": "http://api"}


def test_what_changes_nothing_is_said_so(site: Site) -> None:
    site.roll(Network=GOOD)
    site.told.clear()
    site.roll(Network=GOOD)
    assert site.told == ["nothing has changed"]


def test_a_first_deployment_that_fails_keeps_what_it_has_and_the_next_goes_on(site: Site) -> None:
    with pytest.raises(RolloutError, match="run the same command again") as refused:
        site.roll(Network=GOOD, Migration=BAD)
    assert "Migration" in str(refused.value)
    assert site.state == "CREATE_FAILED"
    assert "Network" in site.resources()

    site.roll(Network=GOOD, Migration=GOOD | {"DependsOn": "Network"})
    assert site.state == "UPDATE_COMPLETE"
    assert site.resources() == {"Network", "Migration"}


def test_a_later_deployment_that_fails_has_the_release_before_back(site: Site) -> None:
    site.roll(Network=GOOD)
    with pytest.raises(RolloutError, match="the release before is back"):
        site.roll(Network=GOOD, Migration=BAD)
    assert site.state == "UPDATE_ROLLBACK_COMPLETE"
    site.roll(Network=GOOD, Migration=GOOD | {"DependsOn": "Network"})
    assert site.state == "UPDATE_COMPLETE"


def test_a_stack_is_removed_only_by_its_name(site: Site, tmp_path: Path) -> None:
    site.roll(Network=GOOD)
    target = Target(site.name, "dev", "us-east-1", {})
    with pytest.raises(RolloutError, match=f"SURE={site.name}"):
        destroy(target, site.aws, site.told.append, "another")
    assert site.state == "CREATE_COMPLETE"
    destroy(target, site.aws, site.told.append, site.name)
    assert site.state in ("", "DELETE_COMPLETE")
