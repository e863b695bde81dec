"""Which of a template's parameters switch something on, in words."""

from collections.abc import Iterator
from typing import Any

from infra.local.template.stack import Resource, Stack

# Of what is switched on, but made up by CloudFormation or on this machine: nobody else gives them.
MADE_UP = {"PushKey", "SberPayCallbackKey"}


def reason(secret: Resource) -> str:
    """Why somebody has to give this secret its value; empty if nobody has to."""
    condition = secret.body.get("Condition")
    if not condition or secret.logical_id in MADE_UP:
        return ""
    return " and ".join(dict.fromkeys(_reasons(secret.stack.document["Conditions"][condition], secret.stack)))


def _reasons(expression: Any, stack: Stack) -> Iterator[str]:
    """What holds of the parameters that a condition looks at."""
    if isinstance(expression, list):
        for each in expression:
            yield from _reasons(each, stack)
    elif isinstance(expression, dict):
        [(name, told)] = expression.items()
        if name == "Fn::Split":
            yield f"{told[1]['Ref']} names {told[0]}"
        elif name == "Fn::Equals" and "Ref" in told[0]:
            yield from [f"{told[0]['Ref']} is set"] if stack.ref(told[0]["Ref"]) else []
        elif name == "Condition":
            yield from _reasons(stack.document["Conditions"][told], stack) if stack.condition(told) else ()
        elif name != "Ref":
            yield from _reasons(told, stack)
