"""What MAX takes as a message: https://dev.max.ru/docs-api/methods/POST/messages"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from infra.sandbox.receivers.telegram.markup import plain

LONGEST = 4000
MOST_ROWS, MOST_IN_A_ROW, FEW_IN_A_ROW = 30, 7, 3
FEW = frozenset({"link", "open_app", "request_contact", "request_geo_location"})
"""Rows with one of these hold fewer."""
TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "del", "code", "pre", "a", "mark", "h1", "blockquote"}
)  # fmt: skip


class Button(BaseModel):
    """One of a keyboard."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["callback", "link", "request_contact", "request_geo_location", "open_app", "message", "clipboard"]
    text: Annotated[str, Field(min_length=1, max_length=128)]
    payload: Annotated[str, Field(max_length=1024)] | None = None
    url: Annotated[str, Field(max_length=2048)] | None = None
    web_app: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.type == "link") != (self.url is not None):
            raise ValueError("url: is of links alone")
        if self.type in ("callback", "clipboard") and self.payload is None:
            raise ValueError("payload: is missing")
        return self


class Rows(BaseModel):
    """The rows of a keyboard."""

    model_config = ConfigDict(extra="forbid", strict=True)

    buttons: Annotated[list[list[Button]], Field(min_length=1, max_length=MOST_ROWS)]

    @model_validator(mode="after")
    def _short(self) -> Self:
        for row in self.buttons:
            most = FEW_IN_A_ROW if FEW & {button.type for button in row} else MOST_IN_A_ROW
            if not 1 <= len(row) <= most:
                raise ValueError(f"buttons: a row has 1 to {most} here")
        return self


class Keyboard(BaseModel):
    """The one kind of attachment that is sent here."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["inline_keyboard"]
    payload: Rows


class Body(BaseModel):
    """A message; who it is for stands in the address."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[str, Field(max_length=LONGEST)] | None = None
    format: Literal["markdown", "html"] | None = None
    notify: bool = True
    attachments: list[Keyboard] | None = None

    def shown(self) -> str:
        """What is read; `MarkupError`."""
        text = self.text or ""
        return plain(text, TAGS) if self.format == "html" else text

    def kept(self) -> list[dict[str, Any]]:
        """The attachments, as the answer shows them."""
        return [each.model_dump(exclude_none=True) for each in self.attachments or []]
