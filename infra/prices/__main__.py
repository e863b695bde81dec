"""`python -m infra.prices --stage dev`: what a stack costs a month while nobody books; see `make price`.

What each choice would change is reckoned beside it, with everything else as it is."""

import argparse
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.deploy.target import Target, TargetError, target
from infra.deploy.transformed import TEMPLATE, transformed
from infra.local.machine.errors import TemplateError
from infra.local.template.limits import require_allowed
from infra.prices.idle import Line, UnknownPriceError, bill

FOLDER = Path(__file__).parent
# Choices that change a bill, each beside what it is changed from.
CHOICES: Sequence[tuple[str, str, str]] = (
    ("WayOut", "instance", "gateway"),
    ("DatabaseMultiAz", "false", "true"),
    ("DatabaseInstanceClass", "db.t4g.micro", "db.t4g.small"),
    ("DatabaseEngine", "postgres", "aurora"),
    ("DatabaseProxy", "false", "true"),
    ("Watch", "few", "all"),
    ("CollectDeadLetters", "false", "true"),
    ("Canary", "false", "true"),
    ("Endpoints", "false", "true"),
    ("OwnKey", "false", "true"),
    ("SnapStart", "false", "true"),
    ("Tracing", "false", "true"),
    ("RequestsPerAddress", "0", "3000"),
)


def table(region: str, folder: Path = FOLDER) -> Mapping[str, Any]:
    """The prices of a region, or those of Frankfurt: no other is far from them."""
    path = folder / f"{region}.toml"
    return tomllib.loads((path if path.exists() else folder / "eu-central-1.toml").read_text(encoding="utf-8"))


def lines(wanted: Target, changed: Mapping[str, str] = {}) -> list[Line]:
    stack = transformed({**wanted.parameters, **changed}, wanted.stack)
    return bill(stack.walk(), table(wanted.region))


def total(found: Sequence[Line]) -> float:
    return round(sum(line.dollars for line in found), 2)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.prices", description="Price an idle stack")
    parser.add_argument("--stage", default="dev", help="an environment of samconfig.toml")
    parser.add_argument("--parameters", default="", help="'Name=value …' over those of the stage")
    options = parser.parse_args(arguments)
    try:
        wanted = target("", options.stage, options.parameters)
        require_allowed(TEMPLATE, wanted.parameters)
        found = lines(wanted)
    except (TargetError, TemplateError, UnknownPriceError) as error:
        sys.stdout.write(f"{error}\n")
        return 1
    prices = table(wanted.region)
    sys.stdout.write(f"{wanted.stage}, idle, US dollars a month in {prices['region']} on {prices['date']}\n")
    for line in found:
        sys.stdout.write(f"{line.dollars:8.2f}  {line.what}{f' ({line.count})' if line.count > 1 else ''}\n")
    sys.stdout.write(f"{total(found):8.2f}  in all\n\nWhat a choice changes:\n")
    for name, less, more in CHOICES:
        difference = total(lines(wanted, {name: more})) - total(lines(wanted, {name: less}))
        sys.stdout.write(f"{difference:+8.2f}  {name}={more} in place of {less}\n")
    sys.stdout.write(f"\nSource: {prices['source']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
