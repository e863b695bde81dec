"""With SnapStart those that answer the API start from snapshots, with and without Canary; else nothing is kept."""

from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON, load_template
from infra.local.template.stack import Stack
from tests.contract.stack.care.test_canary import ROOT, TRIED, asked
from tests.support.runs.table import each

SNAPPED = TRIED - {"Authorizer"}
STACKS = {
    (snap, canary): transformed({**EVERYTHING_ON, "SnapStart": snap, "Canary": canary})
    for snap in ("true", "false")
    for canary in ("true", "false")
}
ON = [stack for (snap, _), stack in STACKS.items() if snap == "true"]
OFF = [stack for (snap, _), stack in STACKS.items() if snap == "false"]


def label(stack: Stack) -> str:
    return f"SnapStart={stack.parameters['SnapStart']} Canary={stack.parameters['Canary']}"


def snapped(stack: Stack) -> set[str]:
    functions = typed(stack.walk(), "AWS::Lambda::Function")
    return {r.logical_id for r in functions if r.properties.get("SnapStart") == {"ApplyOn": "PublishedVersions"}}


@each("stack", ON, ids=label)
def test_those_that_answer_the_api_start_from_snapshots(stack: Stack) -> None:
    assert snapped(stack) == SNAPPED
    assert len(SNAPPED) == 5


@each("stack", OFF, ids=label)
def test_without_it_nothing_does(stack: Stack) -> None:
    assert snapped(stack) == set()


@each(("snap", "canary"), [*STACKS], ids=str)
def test_the_api_asks_for_the_alias_of_whoever_has_a_snapshot_or_a_canary(snap: str, canary: str) -> None:
    named = TRIED if canary == "true" else SNAPPED if snap == "true" else set()
    wanted = {f"{name}:live" if name in named else name for name in TRIED}
    parameters = {"SnapStart": snap, "Canary": canary}
    assert asked(Stack(ROOT / "template.yaml", parameters, "http://127.0.0.1:1")) == wanted
    # One machine, which has neither, goes the same way.
    here, plain = (load_template(ROOT / "template.yaml", told).api for told in (parameters, {}))
    assert here and plain
    assert (here.routes, here.authorizers) == (plain.routes, plain.authorizers)


@each("stack", ON, ids=label)
def test_what_a_snapshot_is_of_is_a_version_that_the_alias_leads_to(stack: Stack) -> None:
    for name in SNAPPED:
        alias = stack.document["Resources"][f"{name}Aliaslive"]["Properties"]
        version = stack.document["Resources"][alias["FunctionVersion"]["Fn::GetAtt"][0]]
        assert (version["Type"], version["Properties"]) == ("AWS::Lambda::Version", {"FunctionName": {"Ref": name}})


@each("stack", [*STACKS.values()], ids=label)
def test_the_version_before_goes_with_its_snapshot(stack: Stack) -> None:
    """One that stays is paid for, whoever asks for it."""
    versions = typed(stack.resources.values(), "AWS::Lambda::Version")
    going = {version.properties["FunctionName"] for version in versions if version.body["DeletionPolicy"] == "Delete"}
    assert going == SNAPPED


@each("name", sorted(SNAPPED))
def test_what_snapshots_cannot_have_is_not_there(name: str) -> None:
    function = next(r for r in typed(ON[0].walk(), "AWS::Lambda::Function") if r.logical_id == name)
    assert not {"FileSystemConfigs", "EphemeralStorage"} & set(function.properties)
    assert function.properties["Runtime"] >= "python3.12"
    alias = ON[0].document["Resources"][f"{name}Aliaslive"]["Properties"]
    assert "ProvisionedConcurrencyConfig" not in alias


def test_no_other_value_is_taken() -> None:
    parameter = ON[0].document["Parameters"]["SnapStart"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("false", ["true", "false"])
