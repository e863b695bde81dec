"""What an idle stack costs: by kind of resource, by stage, and by choice."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.target import target
from infra.deploy.transformed import WITH_CARE, transformed
from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource, Stack
from infra.prices.__main__ import CHOICES, FOLDER, lines, table, total
from infra.prices.idle import RESTORES, UnknownPriceError, bill
from tests.support.runs.table import each
from tests.support.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parents[3]
PRICES: Mapping[str, Any] = table("eu-central-1")
STACK = Stack(ROOT / "template.yaml", {}, "http://127.0.0.1:1")
# What a small studio can pay while nobody books, and what trying out may cost.
MOST = {"dev": 35, "prod": 70}


def of(kind: str, **properties: Any) -> Resource:
    return Resource(STACK, "One", kind, {"Properties": properties})


def cost(*resources: Resource) -> float:
    return round(total(bill(resources, PRICES)) - total(bill([], PRICES)), 2)


@each("stage", [*MOST])
def test_an_idle_stage_costs_no_more_than_it_may(stage: str) -> None:
    assert 0.75 * MOST[stage] < total(lines(target("", stage))) <= MOST[stage]


def test_the_sum_is_that_of_the_dearest_parts() -> None:
    found = {line.what: line.dollars for line in lines(target("", "prod"))}
    assert found["database db.t4g.micro, two zones, with its secret"] == round(2 * (0.019 * 730 + 20 * 0.137) + 0.4, 2)
    assert found["public addresses"] == 3.65
    assert found["web ACL"] == 6
    assert [*found.values()] == sorted(found.values(), reverse=True)


def test_a_queue_that_lambda_asks_costs_five_connections_of_long_polls() -> None:
    asked = of("AWS::Lambda::EventSourceMapping", EventSourceArn="arn:q")
    assert cost(asked) == round(5 * 730 * 3600 / 20 / 1e6 * 0.4, 2)
    assert cost(of("AWS::Lambda::EventSourceMapping", Enabled=False)) == 0


def test_an_alarm_costs_by_the_metrics_that_it_adds_up() -> None:
    stat: dict[str, Any] = {"MetricStat": {}}
    assert cost(of("AWS::CloudWatch::Alarm", MetricName="Errors")) == 0.1
    assert cost(of("AWS::CloudWatch::Alarm", Metrics=[{"Expression": "SELECT SUM(A) FROM B"}])) == 0.1
    assert cost(of("AWS::CloudWatch::Alarm", Metrics=[{"Expression": "SUM(METRICS())"}, stat, stat, stat])) == 0.3


def test_an_endpoint_costs_by_zone_unless_it_is_a_gateway() -> None:
    assert cost(of("AWS::EC2::VPCEndpoint", VpcEndpointType="Interface", SubnetIds=["a", "b"])) == round(
        2 * 0.012 * 730, 2
    )
    assert cost(of("AWS::EC2::VPCEndpoint", VpcEndpointType="Gateway")) == 0


def test_a_schedule_costs_its_runs_and_a_sleeping_one_nothing() -> None:
    job = of("AWS::Lambda::Function", MemorySize=1024)
    runs: dict[str, Any] = {"ScheduleExpression": "rate(1 minute)", "Targets": [{"Arn": "arn:One"}]}
    assert 0.02 < cost(job, of("AWS::Events::Rule", **runs)) < 0.1
    assert cost(job, of("AWS::Events::Rule", **runs, State="DISABLED")) == 0
    assert cost(of("AWS::Events::Rule", EventPattern={"source": ["x"]})) == 0
    traced = of("AWS::Lambda::Function", MemorySize=1024, TracingConfig={"Mode": "Active"})
    more = cost(traced, of("AWS::Events::Rule", **runs)) - cost(job, of("AWS::Events::Rule", **runs))
    assert round(more, 2) == round(730 * 60 / 1e6 * 5, 2)


def test_a_snapshot_costs_by_memory_what_is_kept_and_what_is_restored() -> None:
    snapped = of("AWS::Lambda::Function", MemorySize=2048, SnapStart={"ApplyOn": "PublishedVersions"})
    assert cost(snapped) == round(2 * (730 * 3600 * 0.0000015046 + RESTORES * 0.0001397998), 2)
    assert cost(of("AWS::Lambda::Function", MemorySize=2048, SnapStart={"ApplyOn": "None"})) == 0
    (line,) = (line for line in lines(target("", "dev", "SnapStart=true")) if "snapshots" in line.what)
    assert line.count == 5


def test_what_has_no_price_and_is_not_known_to_be_free_is_named() -> None:
    with pytest.raises(UnknownPriceError, match="AWS::EKS::Cluster"):
        bill([of("AWS::EKS::Cluster")], PRICES)


def cluster(least: str) -> Resource:
    return of(
        "AWS::RDS::DBCluster", ServerlessV2ScalingConfiguration={"MinCapacity": least}, ManageMasterUserPassword=True
    )


MEMBER = of("AWS::RDS::DBInstance", DBClusterIdentifier="One", DBInstanceClass="db.serverless")
JOB = of("AWS::Lambda::Function", MemorySize=1024)
MINUTELY = of("AWS::Events::Rule", ScheduleExpression="rate(1 minute)", Targets=[{"Arn": "arn:One"}])


def test_a_cluster_costs_its_least_capacity_for_each_member_and_more_than_nothing_while_jobs_run() -> None:
    asked, stored, secret, jobs = 3600 * 730 / 1e6 * 0.24, 0.119, 0.4, cost(JOB, MINUTELY)
    awake = 0.5 * 0.14 * 730
    assert cost(cluster("0.5"), MEMBER) == pytest.approx(awake + asked + stored + secret, abs=0.01)
    assert cost(cluster("1"), MEMBER, MEMBER) == pytest.approx(4 * awake + asked + stored + secret, abs=0.01)
    assert cost(cluster("0"), MEMBER) == pytest.approx(stored + secret, abs=0.01)
    assert cost(JOB, MINUTELY, cluster("0"), MEMBER) == pytest.approx(awake + asked + stored + secret + jobs, abs=0.01)


def test_a_proxy_costs_by_what_stands_behind_it() -> None:
    proxy, instance = of("AWS::RDS::DBProxy"), of("AWS::RDS::DBProxyTargetGroup")
    assert cost(proxy, instance) == pytest.approx(2 * 0.018 * 730, abs=0.01)
    behind = cost(proxy, cluster("0.5"), MEMBER) - cost(cluster("0.5"), MEMBER)
    assert behind == pytest.approx(8 * 0.018 * 730, abs=0.01)


def test_what_is_only_estimated_says_so_in_the_bill() -> None:
    found = lines(target("", "dev", "DatabaseEngine=aurora DatabaseProxy=true"))
    doubtful = {line.what.partition(",")[0].partition(" (")[0] for line in found if "an estimate" in line.what}
    assert doubtful == {"Aurora", "RDS Proxy"}


@each(
    "parameters",
    [
        {},
        EVERYTHING_ON,
        WITH_CARE,
        {"WayOut": "gateway", "Watch": "few"},
        {"DatabaseEngine": "aurora", "DatabaseProxy": "true"},
    ],
    ids=str,
)
def test_everything_that_may_be_deployed_has_a_price(parameters: dict[str, str]) -> None:
    assert total(bill(transformed(parameters).walk(), PRICES)) > 30


@each(("name", "less", "more"), [*CHOICES])
def test_each_choice_costs_what_it_is_there_to_save(name: str, less: str, more: str) -> None:
    wanted = target("", "dev")
    assert total(lines(wanted, {name: more})) - total(lines(wanted, {name: less})) > 0.5


def test_a_table_says_of_when_and_whence_it_is() -> None:
    for path in FOLDER.glob("*.toml"):
        prices = table(path.stem)
        assert prices["region"] == path.stem
        assert isinstance(prices["date"], date)
        assert prices["source"]


def test_the_command_shows_the_bill_and_the_choices() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.prices", "--stage", "prod", "--parameters", "WayOut=gateway"],
        cwd=ROOT,
        env={"PYTHONPATH": "functions:layers/core:."},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    assert "NAT gateways" in done.stdout
    assert f"{total(lines(target('', 'prod', 'WayOut=gateway'))):.2f}  in all" in done.stdout
    for name, less, more in CHOICES:
        assert f"{name}={more} in place of {less}" in done.stdout
