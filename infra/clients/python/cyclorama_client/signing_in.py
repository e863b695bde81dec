"""Who a client is, and how it stays signed in."""

from collections.abc import Generator
from threading import Lock

import httpx

UNAUTHORIZED = 401


class Signing(httpx.Auth):
    """Sends the access token; once that has run out it gets a new pair, and sends the request again.

    A refresh token works once, so that threads take turns."""

    def __init__(self, refresh_url: str, access: str | None = None) -> None:
        self._refresh_url = refresh_url
        self._access = access
        self._refresh: str | None = None
        self._turn = Lock()

    def accept(self, access: str, refresh: str | None) -> None:
        self._access, self._refresh = access, refresh

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        sent = self._access
        self._sign(request)
        response = yield request
        if response.status_code != UNAUTHORIZED or sent is None or self._refresh is None:
            return
        with self._turn:
            if self._access == sent:
                renewed = yield httpx.Request("POST", self._refresh_url, json={"refresh_token": self._refresh})
                renewed.read()
                if renewed.status_code >= 300:
                    return
                pair = renewed.json()
                self.accept(pair["access_token"], pair["refresh_token"])
        self._sign(request)
        yield request

    def _sign(self, request: httpx.Request) -> None:
        if self._access:
            request.headers["Authorization"] = f"Bearer {self._access}"
