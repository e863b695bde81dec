"""A page of another site can neither read the sandbox nor press its buttons."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.integration.sandbox.harness import Sandbox

LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}


@pytest.mark.parametrize(
    "stranger",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        LINK | {"Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_another_sites_page_pays_nothing_and_reads_nothing(sandbox: Sandbox, stranger: dict[str, str]) -> None:
    created = sandbox.create()
    pay = f"{sandbox.url}/pay/{created['id']}"

    fields = {"action": "pay"}
    assert sandbox.request("POST", pay, fields=fields, encode_multipart=False, headers=stranger).status == 403
    assert sandbox.request("GET", "/outbox.json", headers=stranger).status == 403
    assert sandbox.get(created["id"])["status"] == "pending"


def test_a_link_from_elsewhere_opens_the_pay_page_which_pays(sandbox: Sandbox) -> None:
    created = sandbox.create()
    pay = f"{sandbox.url}/pay/{created['id']}"
    own = {"Origin": f"http://localhost:{urlsplit(sandbox.url).port}"}

    assert sandbox.request("GET", pay, headers=LINK).status == 200
    fields = {"action": "pay"}
    assert sandbox.request("POST", pay, fields=fields, encode_multipart=False, headers=own).status == 303


def test_the_public_url_is_answered(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, "http://127.0.0.1:9/webhooks", options=["--public-url", "https://sandbox.test"])
    sandbox.start()
    try:
        asked = [
            {"Host": "sandbox.test"},
            {"Host": "sandbox.test", "Origin": "https://sandbox.test"},
            {"Host": "x.test"},
        ]
        statuses = [sandbox.request("GET", "/health", headers=headers).status for headers in asked]
    finally:
        sandbox.stop()

    assert statuses == [200, 200, 403]
