"""Writes into `infra/sam-local.json` the payment service's secrets, which `sam local` cannot look up.

They are empty there, which switches the gateways off; what was given a value by hand stays. With `--check` it only says
whether the file is current."""

import json
import sys
from pathlib import Path

from infra.local.template import load_template

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "infra" / "sam-local.json"


def page(text: str) -> str:
    """The file with a line for each secret of the payment service."""
    functions = load_template(ROOT / "template.yaml").functions
    overrides: dict[str, dict[str, str]] = json.loads(text)
    for name, variables in overrides.items():
        for variable, value in functions[name].environment.items():
            if functions[name].service == "payment" and str(value).startswith("secretsmanager:"):
                variables.setdefault(variable, "")
    return json.dumps(overrides, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    wanted = page(text)
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
    elif wanted != text:
        sys.exit("infra/sam-local.json is not current: run `make openapi`")


if __name__ == "__main__":
    main()
