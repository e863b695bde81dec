"""What only an operator does, by invoking this function: never through the API."""

from typing import Any

from pydantic import TypeAdapter

from core.context import flow
from gateway import composition
from gateway.accounts.errors import AdminExistsError, EmailTakenError
from shared_schemas.accounts import Email, StaffRequest
from shared_schemas.common import Role


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """`{"email", "phone", "full_name", "password"}` creates the first administrator, or with `"role": "manager"` a
    manager without an invitation; if there is such an account already, it changes nothing. `{"vouch": "<e-mail>"}`
    confirms the e-mail of an account whose owner the operator knows."""
    with flow():
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
