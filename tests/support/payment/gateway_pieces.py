"""What a payment gateway consists of, piece by piece; `python -m tests.support.payment.gateway_pieces` tells what is
missing of each gateway that the contract names."""

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

from core.settings import variable_of
from infra.sandbox.providers.found import NAMES, settings_models
from infra.sandbox.providers.settings import GatewaySettings as SandboxSettings
from payment.gateways.configuration import GatewaySettings
from payment.gateways.port import Gateway
from shared_schemas.payment.payments import PaymentMethod
from shared_schemas.providers import LABELS, PROVIDERS

ROOT = Path(__file__).parents[3]
GATEWAYS = ROOT / "functions" / "payment" / "gateways"
SANDBOX = ROOT / "infra" / "sandbox" / "providers"
# Where providers are named, and where ways to pay are.
CONTRACT = [ROOT / "shared_schemas" / file for file in ("providers.py", "payment/payments.py")]
NAMERS = ("functions", "infra", "layers", "shared_schemas")
TEMPLATE = (ROOT / "template.yaml").read_text(encoding="utf-8")
# As it is, or only where the gateway is on.
GIVEN = r'(?m)^ +{}: (?:!If \[\w+, )?!(?:Ref|Sub) "?(?:secretsmanager:\$\{{)?(\w+)\}}?(?:", ""\])?$'
READ = r"- (?:!If \[\w+, )?!Ref {}\b"
GUIDE = (ROOT / "docs" / "gateways.md").read_text(encoding="utf-8")


def folder(name: str) -> Iterator[str]:
    """Its client and its settings."""
    if not (GATEWAYS / name).is_dir():
        yield f"functions/payment/gateways/{name}/ is missing"
        return
    for file in ("settings.py", "client.py"):
        if not (GATEWAYS / name / file).is_file():
            yield f"functions/payment/gateways/{name}/{file} is missing"
    if (model := _settings(name)) and model.model_config.get("env_prefix") != f"{name.upper()}_":
        yield f"the variables of {name} do not begin with {name.upper()}_ (env_prefix)"
    if (GATEWAYS / name / "client.py").is_file():
        module = import_module(f"payment.gateways.{name}.client")
        if not hasattr(module, "connect"):
            yield f"functions/payment/gateways/{name}/client.py has no connect(settings, studio)"
        elif client := getattr(module, module.connect.__annotations__["return"].__name__, None):
            calls = {call for call in vars(Gateway) if not call.startswith("_")}
            yield from (f"the client of {name} lacks {call}()" for call in sorted(calls - set(dir(client))))


def label(name: str) -> Iterator[str]:
    """What people call it."""
    text = LABELS.get(name)
    if text is None or not (text.en and text.ru):
        yield f"LABELS in shared_schemas/providers.py has no name of {name} in both languages"


def template(name: str) -> Iterator[str]:
    """Its parameters, its secret, and the variables that it reads."""
    model = _settings(name)
    variables = [variable_of(model, field) for field in model.model_fields] if model else []
    for variable in variables:
        if not (given := re.search(GIVEN.format(variable), TEMPLATE)):
            yield f"template.yaml gives no {variable}"
            continue
        if not re.search(rf"(?m)^  {given[1]}:$", TEMPLATE):
            yield f"template.yaml has no parameter or secret {given[1]}, which {variable} names"
        if "secretsmanager:" in given[0] and not re.search(READ.format(given[1]), TEMPLATE):
            yield f"template.yaml does not let the payment service read {given[1]} (Secrets)"
        if variable.endswith("_CREDENTIALS") and "secretsmanager:" not in given[0]:
            yield f"template.yaml does not take {variable} from a secret"


def sandbox(name: str) -> Iterator[str]:
    """Its dialect, and what the system on one machine is told of it."""
    if name not in NAMES:
        yield f"infra/sandbox/providers/{name}/settings.py is missing"
        return
    for file in ("shop.py", "home.html.j2", "texts.json"):
        if not (SANDBOX / name / file).is_file():
            yield f"infra/sandbox/providers/{name}/{file} is missing"
    if (SANDBOX / name / "texts.json").is_file():
        texts = json.loads((SANDBOX / name / "texts.json").read_text(encoding="utf-8"))
        languages = ("en", "ru")
        yield from (
            f"infra/sandbox/providers/{name}/texts.json has no gateway.{name} in {language}"
            for language in languages
            if f"gateway.{name}" not in texts.get(language, {})
        )
    yield from _told(name, settings_models()[name])


def guide(name: str) -> Iterator[str]:
    """Its row in both tables."""
    if not re.search(rf"(?m)^\|[^|]+\| `{name}` \|", GUIDE):
        yield f"docs/gateways.md has no row of {name}"
    if model := _settings(name):
        variables = (variable_of(model, field) for field in model.model_fields)
        yield from (f"docs/gateways.md does not name {one}" for one in variables if f"`{one}`" not in GUIDE)


def alone(name: str) -> Iterator[str]:
    """Nobody beside the contract and its own folders names it."""
    # A way to pay may have the same name, and is known to several gateways.
    own = (GATEWAYS, SANDBOX) if name in get_args(PaymentMethod) else (GATEWAYS / name, SANDBOX / name)
    for file in (path for top in NAMERS for path in sorted((ROOT / top).rglob("*.py"))):
        if file in CONTRACT or any(folder in file.parents for folder in own):
            continue
        text = file.read_text(encoding="utf-8")
        if name in text and any(
            isinstance(node, ast.Constant) and isinstance(node.value, str) and _names(node.value, name)
            for node in ast.walk(ast.parse(text))
        ):
            yield f"{file.relative_to(ROOT)} names {name}"


PIECES: tuple[Callable[[str], Iterator[str]], ...] = (folder, label, template, sandbox, guide, alone)


def missing() -> list[str]:
    """Of all gateways, in words that say what to do."""
    of_contract = [fault for name in PROVIDERS for piece in PIECES for fault in piece(name)]
    strangers = {path.parent.name for path in GATEWAYS.glob("*/client.py")} - set(PROVIDERS)
    unknown = [f"shared_schemas/providers.py does not name {name} in Provider" for name in sorted(strangers)]
    return of_contract + unknown


def _settings(name: str) -> type[GatewaySettings] | None:
    if not (GATEWAYS / name / "settings.py").is_file():
        return None
    model: type[GatewaySettings] = import_module(f"payment.gateways.{name}.settings").SETTINGS
    return model


def _told(name: str, model: type[SandboxSettings]) -> Iterator[str]:
    told = model().told("http://127.0.0.1:5090", {})
    for known in (*told.parameters, *told.secrets):
        if not re.search(rf"(?m)^  {known}:$", TEMPLATE):
            yield f"infra/sandbox/providers/{name}/settings.py tells of {known}, which template.yaml does not have"
    own = _settings(name)
    if own and not any(value.startswith("http://127.0.0.1:5090/") for value in told.parameters.values()):
        yield f"infra/sandbox/providers/{name}/settings.py does not tell where its sandbox answers"


def _names(value: str, name: str) -> bool:
    """Whether a constant is the name, or a list with it; prose and addresses are not."""
    return name in re.split(r"[,\s]+", value) and len(value) < 80


if __name__ == "__main__":
    faults = missing()
    sys.exit("\n".join(faults) or 0)
