"""The system that `template.yaml` describes, read once in a process: most tests of it want the same two."""

from functools import cache
from pathlib import Path

from infra.local.template import EVERYTHING_ON, load_template
from infra.local.template.model import System

TEMPLATE = Path(__file__).parents[3] / "template.yaml"


@cache
def system() -> System:
    """As it is by default: some connectors are off."""
    return load_template(TEMPLATE)


@cache
def whole_system() -> System:
    """With all that it can do."""
    return load_template(TEMPLATE, EVERYTHING_ON)
