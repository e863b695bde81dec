"""What the documentation points at exists: targets, files, ports, paths of the API, variables."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from infra.local.machine.ports import Ports
from infra.local.machine.settings import LocalSettings
from infra.local.template.stack import Stack
from shared_schemas.events.envelope import Service
from tests.support.runs.table import each
from tests.support.system.template import system

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PAGES}
SYSTEM = system()
# Rooted at the repository; other words with a slash are routes, addresses and the like.
FOLDERS = ("functions", "layers", "shared_schemas", "infra", "tests", "docs", "events", "requirements", ".ci")


def matches(pattern: str) -> Iterator[tuple[str, str]]:
    for page, text in TEXTS.items():
        for found in re.findall(pattern, text):
            yield page, found


def slug(heading: str) -> str:
    """A heading's anchor, as code hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def make_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text() + (ROOT / "infra/sam.mk").read_text()
    return set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))


LINKS = [(page, link) for page, link in matches(r"\]\(([^)\s]+)\)") if not link.startswith(("http:", "https:"))]
TARGETS = sorted(set(matches(r"`(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)")) | set(matches(r"(?m)^make ([a-z][a-z-]*)")))
MENTIONED = sorted({(page, path) for page, path in matches(rf"`((?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*)`")})


def test_there_is_something_to_check() -> None:
    assert len(LINKS) > 8 and len(TARGETS) > 8 and len(MENTIONED) > 8
    assert {"README.md", "CONTRIBUTING.md", "docs/running-locally.md"} <= set(TEXTS)


@each(("page", "link"), LINKS)
def test_every_link_leads_somewhere(page: str, link: str) -> None:
    name, _, anchor = link.partition("#")
    target = (ROOT / page).parent / name if name else ROOT / page
    assert target.exists()
    if anchor:
        headings = re.findall(r"(?m)^#+ (.+)$", target.read_text(encoding="utf-8"))
        assert anchor in {slug(heading) for heading in headings}


@each(("page", "target"), TARGETS)
def test_every_make_target_exists(page: str, target: str) -> None:
    assert target in make_targets()


@each(("page", "path"), MENTIONED)
def test_every_file_mentioned_exists(page: str, path: str) -> None:
    assert (ROOT / path).exists()


def test_every_target_explains_itself() -> None:
    text = (ROOT / "Makefile").read_text() + (ROOT / "infra/sam.mk").read_text()
    explained = set(re.findall(r"^([a-z][a-z-]*):.*?## \S", text, re.MULTILINE))
    assert make_targets() == explained
    phony = set(" ".join(re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)).split())
    assert phony == explained


def test_the_ports_of_the_readme_are_those_of_the_runtime() -> None:
    rows = {int(port): name for port, name in re.findall(r"(?m)^\| (\d{4}) \| ([^|]+?) \|", TEXTS["README.md"])}
    ports = Ports()
    # PostgreSQL is nobody's to talk to.
    assert set(rows) == {getattr(ports, field.name) for field in fields(ports)} - {ports.postgres}
    for service, port in ports.services.items():
        assert rows[port] == service.capitalize()


def test_every_service_of_the_template_has_a_port() -> None:
    apis = {function.service for function in SYSTEM.functions.values() if function.handler.endswith(".app.app")}
    assert apis == {"gateway", *Ports().services}


@each(("page", "port"), sorted(set(matches(r"(?:127\.0\.0\.1|localhost):(\d+)"))))
def test_every_address_is_one_of_ours(page: str, port: str) -> None:
    assert int(port) in {getattr(Ports(), field.name) for field in fields(Ports)}


@each(("page", "path"), sorted(set(matches(r"127\.0\.0\.1:5000(/[\w/{}.-]+)"))))
def test_every_address_of_the_api_is_a_route(page: str, path: str) -> None:
    assert path in json.loads((ROOT / "functions/gateway/pages/openapi.json").read_text())["paths"]


@each(("page", "name"), sorted(set(matches(r"\b(CYCLORAMA_[A-Z_]+)"))))
def test_every_option_of_the_runtime_exists(page: str, name: str) -> None:
    assert name in {field.alias for field in LocalSettings.model_fields.values()}


@each(("page", "name"), sorted(set(matches(r"--function-name ([A-Z]\w+)"))))
def test_every_function_to_invoke_exists(page: str, name: str) -> None:
    assert name in SYSTEM.functions


def test_deliveries_are_as_many_as_the_queues_allow() -> None:
    parameters = Stack(ROOT / "infra/subscription.yaml", {}, "http://127.0.0.1:1", defaults={}).document["Parameters"]
    words = {3: "three", 5: "five", 8: "eight", 10: "ten"}
    allowed = words[parameters["MaxReceiveCount"]["Default"]]
    counted = {count for _, count in matches(r"\b(three|five|eight|ten) deliveries")}
    assert counted == {allowed}


def test_every_decision_and_every_finding_is_in_its_list() -> None:
    for folder, pattern in (("docs/decisions", "0*.md"), ("findings", "*.sh")):
        listed = set(re.findall(r"\]\(([\w.-]+)\)", (ROOT / folder / "README.md").read_text(encoding="utf-8")))
        assert {path.name for path in (ROOT / folder).glob(pattern)} <= listed, folder


@pytest.mark.parametrize(
    "house",
    [*(f"functions/{service}" for service in get_args(Service)), "layers/core/core", "infra/local"],
)
def test_the_map_of_the_house_has_every_folder(house: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = {name.removeprefix("core.") for name in re.findall(r"`([a-z_0-9.]+)`", page)}
    folders = {path.parent.name for path in (ROOT / house).glob("*/__init__.py")}
    assert folders <= named
