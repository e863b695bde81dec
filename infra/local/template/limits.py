"""Which values of parameters CloudFormation would refuse: said before anything starts, and where there is none."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.local.machine.errors import TemplateError
from infra.local.template.tags import read_document
from shared_schemas.providers import PROVIDERS


def require_allowed(template: Path, told: Mapping[str, str]) -> None:
    """`TemplateError` names each parameter that is wrong, and what it may be; names that are none are not for here."""
    declared = read_document(template).get("Parameters") or {}
    found = [fault for name, value in told.items() for fault in _faults(name, value, declared.get(name, {}))]
    if found:
        raise TemplateError("; ".join(found))


def _faults(name: str, value: str, declared: Mapping[str, Any]) -> Iterator[str]:
    allowed = [str(each) for each in declared.get("AllowedValues", [])]
    pattern = declared.get("AllowedPattern")
    if allowed and value not in allowed:
        yield f"{name} is one of {', '.join(allowed)}"
    if pattern and not re.fullmatch(pattern, value):
        yield f"{name}: {declared.get('Description', 'it')} (it has to match {pattern})"
    if declared.get("Type") == "Number" and not _is_number(value):
        yield f"{name} is a number"
    # A pattern would have to be written for each new gateway; functions would only refuse it once they run.
    if name == "PaymentProviders" and (unknown := {*filter(None, value.split(","))} - {*PROVIDERS}):
        yield f"{name} has {', '.join(sorted(unknown))}; there are {', '.join(PROVIDERS)}"


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
