"""What the calls of a function are signed with: the credentials of its role.

Lambda puts them into the environment. A copy that it restores from a snapshot asks for them instead: those of the
snapshot would have ended before."""

import os
from dataclasses import dataclass, field
from datetime import datetime

from core.aws.errors import CredentialsError

KEY_ID, KEY, TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
ADDRESS, PASS = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"
"""Where Lambda puts them, and where a restored copy finds whom to ask, and by what it is known there."""


@dataclass(frozen=True)
class Credentials:
    """`ends_at` is None where Lambda sees to it that they last."""

    key_id: str
    key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    ends_at: datetime | None = None

    def last(self, until: datetime) -> bool:
        """Whether they still hold then."""
        return self.ends_at is None or until < self.ends_at


def credentials() -> Credentials:
    """Those of this moment, to be used at once; `CredentialsError` says why there are none."""
    # Before the environment, which cannot be newer than the snapshot.
    if address := os.environ.get(ADDRESS):
        # With urllib3, which the authoriser does not need before there is something to ask.
        from core.aws.container import container_at

        return container_at(address).credentials()
    return Credentials(_set(KEY_ID), _set(KEY), os.environ.get(TOKEN) or None)


def _set(name: str) -> str:
    if value := os.environ.get(name):
        return value
    raise CredentialsError(f"{name} is not set")
