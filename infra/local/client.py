"""A small HTTP client for the API and the sandbox; the seed, the demo and the end-to-end tests speak through it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3

TIMEOUT = urllib3.Timeout(connect=2, read=30)
# Large answers to strangers come no other way.
COMPRESSED = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Answer:
    """A response: `document` is the parsed JSON, or the text where it is none."""

    status: int
    document: Any
    headers: Mapping[str, str]


class UnexpectedAnswerError(RuntimeError):
    """A request that had to succeed did not."""


@dataclass
class Client:
    """Requests to one base URL, as one user where `token` is set."""

    base_url: str
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(timeout=TIMEOUT, retries=False))

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send JSON; header names are given with underscores for hyphens."""
        sent = COMPRESSED | self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        response = self.pool.request(method, self.base_url + path, json=body, headers=sent, redirect=False)
        is_json = "json" in response.headers.get("Content-Type", "")
        document = response.json() if is_json and response.data else response.data.decode()
        return Answer(response.status, document, response.headers)

    def get(self, path: str, **headers: str) -> Any:
        """The document at `path`, which must be there."""
        return self._expect(self.request("GET", path, **headers), "GET", path)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """The answer to a POST that must succeed."""
        return self._expect(self.request("POST", path, body, **headers), "POST", path)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        """The answer to a PUT that must succeed."""
        return self._expect(self.request("PUT", path, body, **headers), "PUT", path)

    def form(self, url: str, **fields: str) -> Answer:
        """Submit an HTML form to a full URL, without following the redirect."""
        response = self.pool.request("POST", url, fields=fields, encode_multipart=False, redirect=False)
        return Answer(response.status, response.data.decode(), response.headers)

    def sign_in(self, email: str, password: str) -> "Client":
        """A client for the same URL that acts as this user."""
        pair = self.post("/v1/tokens", {"email": email, "password": password})
        return Client(self.base_url, pair["access_token"], dict(self.headers), self.pool)

    def _expect(self, answer: Answer, method: str, path: str) -> Any:
        if not 200 <= answer.status < 300:
            raise UnexpectedAnswerError(f"{method} {path}: {answer.status} {answer.document}")
        return answer.document
