"""Contracts of second factors."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from shared_schemas.common import Contract
from shared_schemas.errors import Text
from shared_schemas.texts import Line, Secret
from shared_schemas.validation import refuse

FactorCode = Annotated[str, Line(20, 1), Field(examples=["204815"])]
"""Six digits of the app, or a recovery code; spaces and hyphens do not matter."""
ONE_PROOF = Text("Give your password or a code, and not both", "Укажите пароль или код, но не оба сразу")


class SecondFactorRequest(Contract):
    """Your `password`, if the account has one: an access token that was stolen must not suffice."""

    password: Annotated[str, Secret(256)] | None = None


class SecondFactorStart(Contract):
    """What an authenticator app needs to know: as text, and as the address that a QR code holds."""

    secret: str = Field(examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    uri: str = Field(examples=["otpauth://totp/Cyclorama:anna%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Cyclorama"])


class SecondFactorCode(Contract):
    """A code of the app."""

    code: FactorCode


class SecondFactorRemoval(Contract):
    """What proves that the owner turns it off: the `password`, or a `code` of the app or for recovery."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "204815"}]})

    password: Annotated[str, Secret(256)] | None = None
    code: FactorCode | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.password is None) == (self.code is None):
            raise refuse("one_proof", ONE_PROOF)
        return self


class RecoveryCodes(Contract):
    """Each works once in place of a code of the app."""

    recovery_codes: list[str] = Field(examples=[["k7fq9-m2xdw", "hn4pt-w8csz"]])


"""Shown this once: only digests are kept."""
