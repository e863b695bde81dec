"""Recipes of people and their accounts: customers, staff, keys."""

import hmac
from base64 import b32decode
from datetime import datetime
from uuid import uuid4

from infra.local.triggers.player import PASSWORD, Person, Player, Shown, Teller
from infra.local.triggers.recipes import recipe

SIX_DIGITS = r"\b(\d{6})\b"
INVITATION = r"/invitation#?\??(?:token=)?([\w-]{20,})"
ANOTHER = "another long sentence"


@recipe("account.erased")
def erase(player: Player) -> None:
    """A customer has everything about them erased."""
    player.customer().api.ask("DELETE /v1/me")


@recipe("account.joined")
def join(player: Player) -> None:
    """A guest who has booked makes an account with the same telephone number, by a code."""
    phone, slot = player.phone(), player.slot()
    consents = [{"document": each["kind"], "version": each["version"]} for each in _required(player)]
    guest = {"full_name": "Alice Example", "phone": phone, "consents": consents}
    player.nobody.ask("POST /v1/bookings", slot | {"guest": guest})
    player.nobody.ask("POST /v1/codes", {"phone": phone})
    code = player.secret_mailed(phone, SIX_DIGITS)
    player.nobody.ask("POST /v1/tokens", {"phone": phone, "code": code, "consent": True})


def _required(player: Player) -> list[Shown]:
    return [each for each in player.nobody.get("/v1/consents")["data"] if each["required"]]


@recipe("account.access_ended")
def shut_out(player: Player) -> None:
    """An administrator shuts out somebody of the staff."""
    colleague, _ = _colleague(player)
    player.admin.ask(f"PATCH /v1/staff/{colleague}", {"disabled": True})


@recipe("account.password_changed")
def change_password(player: Player) -> None:
    """A customer changes the password."""
    player.customer().api.ask("PUT /v1/me/password", {"current": PASSWORD, "new": ANOTHER})


@recipe("session.reused")
def reuse(player: Player) -> None:
    """A refresh token is used twice, as if somebody had stolen it."""
    email = player.customer().email
    token = player.nobody.post("/v1/tokens", {"email": email, "password": PASSWORD})["refresh_token"]
    for _ in range(2):
        player.nobody.request("POST", "/v1/tokens/refresh", {"refresh_token": token})


@recipe("second_factor.enabled")
def enable(player: Player) -> tuple[Teller, str]:
    """Somebody new of the staff sets up a second factor."""
    _, person = _colleague(player)
    secret = b32decode(person.api.ask("POST /v1/me/second-factor", {"password": ANOTHER})["secret"])
    made = person.api.ask("POST /v1/me/second-factor/confirm", {"code": _code(secret, player.endpoints.now())})
    return person.api, made["recovery_codes"][0]


@recipe("second_factor.disabled")
def disable(player: Player) -> None:
    """… and removes it."""
    api, recovery = enable(player)
    api.ask("DELETE /v1/me/second-factor", {"code": recovery})


def _code(secret: bytes, now: datetime) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    mac = hmac.digest(secret, int(now.timestamp() // 30).to_bytes(8), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4]) & 0x7FFFFFFF) % 10**6:06}"


@recipe("code.requested")
def ask_for_code(player: Player) -> None:
    """Somebody wants to sign in by a code."""
    player.nobody.ask("POST /v1/codes", {"email": f"{uuid4().hex[:12]}@example.test"})


@recipe("staff.invited")
def invite(player: Player) -> tuple[Shown, str]:
    """An administrator invites somebody to work here."""
    email = f"{uuid4().hex[:12]}@example.test"
    asked = {"email": email, "role": "manager", "full_name": "Carol Example", "locale": "en"}
    return dict(player.admin.ask("POST /v1/staff", asked)), email


@recipe("staff.uninvited")
def uninvite(player: Player) -> None:
    """An administrator takes an invitation back."""
    invitation, _ = invite(player)
    player.admin.ask(f"DELETE /v1/staff-invitations/{invitation['id']}")


@recipe("staff.joined")
def accept(player: Player) -> None:
    """Somebody accepts an invitation."""
    _colleague(player)


def _colleague(player: Player) -> tuple[str, Person]:
    """A manager's account, and who has it, signed in."""
    _, email = invite(player)
    token = player.secret_mailed(email, INVITATION)
    answer = {"password": ANOTHER, "phone": player.phone()}
    player.nobody.ask(f"POST /v1/staff-invitations/{token}", answer)
    person = Person(player.nobody.signed_in({"email": email, "password": ANOTHER}), email)
    return person.api.get("/v1/me")["id"], person


@recipe("api_key.created")
def make_key(player: Player) -> Shown:
    """An administrator makes an API key."""
    asked = {"name": f"trigger {uuid4().hex[:8]}", "scopes": ["bookings:read"]}
    return dict(player.admin.ask("POST /v1/api-keys", asked))


@recipe("api_key.revoked")
def revoke_key(player: Player) -> None:
    """An administrator takes an API key back."""
    player.admin.ask(f"DELETE /v1/api-keys/{make_key(player)['id']}")
