"""The signing keys of all issuers, each looked up when a token of that issuer first turns up."""

import json
from collections.abc import Iterator, Mapping

from core.secrets import resolve


class TokenKeys(Mapping[str, str]):
    """Issuer → key; the values may be references to Secrets Manager, and so may the whole."""

    def __init__(self, setting: str) -> None:
        self._references: dict[str, str] = json.loads(resolve(setting))

    def __getitem__(self, issuer: str) -> str:
        return resolve(self._references[issuer])

    def __iter__(self) -> Iterator[str]:
        return iter(self._references)

    def __len__(self) -> int:
        return len(self._references)
