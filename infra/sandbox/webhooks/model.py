"""A webhook on its way."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

State = Literal["queued", "delivered", "lost", "given_up"]


class Delivery(BaseModel):
    """One webhook; instants are real time, as its receiver lives in it."""

    model_config = ConfigDict(frozen=True)

    id: int = 0
    provider: str
    payment_id: str
    event: str
    body: str
    content_type: str
    method: Literal["GET", "POST"] = "POST"
    url: str | None = None
    """Where it goes, if not to the usual address."""
    state: State = "queued"
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    last_status: int | None = None
    last_error: str | None = None
