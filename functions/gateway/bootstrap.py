"""Creates the first administrator: invoked once by an operator, never through the API."""

from typing import Any

from core.context import flow
from gateway import wiring
from gateway.errors import AdminExistsError
from shared_schemas.accounts import StaffRequest


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """`{"email", "phone", "full_name", "password"}`; with an administrator already there it changes nothing."""
    with flow():
        request = StaffRequest.model_validate({**event, "role": "admin"})
        try:
            return {"created": str(wiring.accounts().bootstrap(request).id)}
        except AdminExistsError:
            return {"created": ""}
