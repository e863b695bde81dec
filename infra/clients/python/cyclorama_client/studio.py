"""The client."""

from types import TracebackType
from typing import Self

import httpx

from .api import Operations
from .client import AuthenticatedClient
from .problems import problem
from .retrying import Retrying
from .signing_in import Signing

TIMEOUT = httpx.Timeout(30, connect=5)
TRIES = 3


class Cyclorama(Operations):
    """A studio's API at `base_url`, as nobody, as the owner of `token` (an API key), or as who signs in.

    May be shared by threads. `language` is that of the sentences in errors; every call ends within `timeout`."""

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        language: str = "ru",
        correlation_id: str | None = None,
        timeout: httpx.Timeout = TIMEOUT,
        tries: int = TRIES,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        base_url = base_url.rstrip("/")
        self._signing = Signing(f"{base_url}/v1/tokens/refresh", token)
        headers = {"Accept-Language": language}
        if correlation_id:
            headers["X-Correlation-Id"] = correlation_id
        self._http = httpx.Client(
            base_url=base_url,
            headers=headers,
            timeout=timeout,
            auth=self._signing,
            transport=Retrying(transport or httpx.HTTPTransport(), tries),
        )
        generated = AuthenticatedClient(base_url=base_url, token="")
        super().__init__(generated.set_httpx_client(self._http))

    def sign_in(self, email: str, password: str, second_factor: str | None = None) -> None:
        """As the owner of an account, until the session ends; some accounts ask for a second factor. `ProblemError`."""
        asked = {"email": email, "password": password} | ({"second_factor": second_factor} if second_factor else {})
        answer = self._http.post("/v1/tokens", json=asked)
        if not answer.is_success:
            raise problem(answer.status_code, answer.content, answer.headers)
        pair = answer.json()
        self._signing.accept(pair["access_token"], pair["refresh_token"])

    def close(self) -> None:
        """Give its connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
