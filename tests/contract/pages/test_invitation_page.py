"""The page that invitations lead to: whole in both languages, closed to what is not its own, and no link leaves it."""

import re
from pathlib import Path

from core.http.browsers import content_security_policy
from gateway.staff.domain import PAGE as PATH
from shared_schemas.access import ACCESS
from shared_schemas.staff import StaffInvitationAnswer

PAGE = (Path(__file__).parents[3] / "functions/gateway/pages/invitation.html").read_text(encoding="utf-8")
LANGUAGES = dict(re.findall(r"^  (en|ru): \{(.*?)^  \},", PAGE, re.MULTILINE | re.DOTALL))
KEYS = {name: set(re.findall(r"^    (\w+):", texts, re.MULTILINE)) for name, texts in LANGUAGES.items()}


def test_links_lead_to_it() -> None:
    assert ACCESS[f"GET /{PATH}"].is_open


def test_both_languages_say_what_the_page_says() -> None:
    said = set(re.findall(r'data-text="(\w+)"', PAGE)) | set(re.findall(r'\btext\("(\w+)"', PAGE))
    assert KEYS["en"] == KEYS["ru"] == said
    assert len(said) > 5


def test_it_sends_what_the_route_takes() -> None:
    assert "fetch(`v1/staff-invitations/${encodeURIComponent(token)}`" in PAGE
    assert ACCESS["POST /v1/staff-invitations/{invitation}"].is_open
    sent = {"phone", "password", "locale", "full_name"}
    assert sent == set(StaffInvitationAnswer.model_fields)
    assert all(re.search(rf"\b{name}:", PAGE) for name in sent)


def test_it_needs_nothing_from_elsewhere_and_tells_nobody_the_link() -> None:
    assert re.findall(r"""(?:src|href)=|https?://|@import|url\(|innerHTML|\bon\w+="|style=""", PAGE) == []
    assert content_security_policy(PAGE).count("'sha256-") == 2
    # Read once, and out of the address before anything else happens.
    assert PAGE.count("location.hash") == 1
    assert 'history.replaceState(null, "", location.pathname)' in PAGE
