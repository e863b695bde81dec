"""The page of traces: whole in both languages, closed to what is not its own, asking for routes that are there."""

import re
from pathlib import Path

import pytest

from core.http.browsers import content_security_policy
from infra.generate.openapi import operations

PAGE = (Path(__file__).parents[3] / "functions/gateway/pages/trace.html").read_text(encoding="utf-8")
LANGUAGES = dict(re.findall(r"^  (en|ru): \{(.*?)^  \},", PAGE, re.MULTILINE | re.DOTALL))
# A text may have colons of its own.
KEYS = {name: set(re.findall(r"(\w+):", re.sub('".*?"', "", texts))) for name, texts in LANGUAGES.items()}


def test_both_languages_say_the_same_things() -> None:
    assert KEYS["en"] == KEYS["ru"]
    assert len(KEYS["en"]) > 30


def test_what_the_page_says_has_words() -> None:
    said = set(re.findall(r'data-text="(\w+)"', PAGE))
    said |= set(re.findall(r"""\b(?:text|say|leave)\("(\w+)""", PAGE))
    assert said <= KEYS["en"]


def test_the_page_asks_for_routes_that_exist() -> None:
    asked = {re.sub(r"\$\{.*?\}", "{}", path) for path in re.findall(r'api\([`"]([^`"?]+)', PAGE)}
    paths = {
        re.sub(r"\{\w+\}", "{}", operation.path).lstrip("/") for group in operations().values() for operation in group
    }
    assert asked == {"v1/tokens", "v1/traces/{}", "v1/events", "v1/events/{}", "v1/bookings"} | {
        "v1/bookings/{}",
        "v1/customers/{}",
    }
    assert asked <= paths


def test_the_page_needs_nothing_from_elsewhere_and_lets_nothing_in() -> None:
    assert re.findall(r"""(?:src|href)=|https?://|@import|url\(|innerHTML|\bon\w+="|style=""", PAGE) == []


@pytest.mark.parametrize("slipped", ["<script>fetch('//evil')</script>", "<style>b{}</style>"])
def test_what_is_slipped_into_the_page_does_not_run(slipped: str) -> None:
    policy = content_security_policy(PAGE)
    assert policy.count("'sha256-") == 2
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & set(policy.split())
    # Its hash is not among those of the page that was written here.
    own = set(re.findall(r"sha256-[^']+", content_security_policy(slipped)))
    assert len(own) == 1
    assert not own & set(re.findall(r"sha256-[^']+", policy))
