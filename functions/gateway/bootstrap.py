"""What only an operator does, by invoking this function: never through the API."""

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from core.context import flow
from gateway import composition
from gateway.accounts.errors import AdminExistsError, EmailTakenError
from gateway.second_factor.resealing import FIRST
from shared_schemas.accounts import Email, StaffRequest
from shared_schemas.common import Role


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`{"email", "phone", "full_name", "password"}` creates the first administrator, or with `"role": "manager"` a
    manager without an invitation; if there is such an account already, it changes nothing. `{"vouch": "<e-mail>"}`
    confirms the e-mail of an account whose owner the operator knows. `{"reseal": {"key", "after"}}` seals a batch of
    second factors by that key: `make rotate-keys ISSUER=data` asks for it."""
    with flow():
        if "reseal" in event:
            return _resealed(event["reseal"])
        if "vouch" in event:
            email: str = TypeAdapter(Email).validate_python(event["vouch"])
            return {"vouched": str(composition.app().accounts.vouch(email) or "")}
        request = StaffRequest.model_validate({"role": Role.ADMIN, **event})
        try:
            return {"created": _created(request)}
        except (AdminExistsError, EmailTakenError):
            return {"created": ""}


def _created(request: StaffRequest) -> str:
    accounts = composition.app().accounts
    is_first = request.role is Role.ADMIN
    return str((accounts.bootstrap(request) if is_first else accounts.register(request, request.role)).id)


def _resealed(asked: dict[str, str]) -> dict[str, Any]:
    """Counts, and what to give as `after` of the next batch, if there is one."""
    batch = composition.app().resealing.batch(asked["key"], UUID(asked.get("after") or str(FIRST)))
    return {"done": batch.done, "unreadable": batch.unreadable, "after": str(batch.after or "")}
