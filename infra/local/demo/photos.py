"""Uploads the demo studio's pictures as staff would: announced at the API, sent to storage by its form."""

from collections.abc import Mapping
from typing import Any

from infra.local.client import Client, UnexpectedAnswerError
from infra.local.demo import pictures

SEEN: Mapping[str, tuple[str, dict[str, str]]] = {
    "Белая циклорама": (
        "cyclorama",
        {"ru": "Белая стена, что переходит в пол, софтбокс и табурет", "en": "A white wall that becomes the floor"},
    ),
    "Лофт": (
        "loft",
        {"ru": "Кирпичная стена, три больших окна и зелёное кресло", "en": "Bricks, three large windows, an armchair"},
    ),
    "Весь этаж": (
        "floor",
        {"ru": "Слева белая циклорама, справа кирпичная стена", "en": "A white wall, and one of bricks"},
    ),
    "Тёмный зал": (
        "dark",
        {"ru": "Чёрные стены, синий и красный лучи света", "en": "Black walls, a blue and a red beam of light"},
    ),
}  # fmt: skip
LOGO = {"ru": "Логотип: стена переходит в пол", "en": "Logo: a wall that curves into a floor"}


def hang(admin: Client, halls: Mapping[str, str]) -> None:
    """Give each hall its picture, unless it has one, and the studio its logo; `halls` are ids by name."""
    for name, (scene, alt) in SEEN.items():
        path = f"/v1/halls/{halls[name]}/photos"
        if not admin.get(path)["data"]:
            _upload(admin, path, pictures.picture(scene), "image/jpeg", alt)


def sign(admin: Client) -> None:
    """Give the studio its logo."""
    _upload(admin, "/v1/studio/logo", pictures.logo(), "image/png", LOGO)


def _upload(admin: Client, path: str, content: bytes, kind: str, alt: dict[str, Any]) -> None:
    form = admin.post(path, {"content_type": kind, "bytes": len(content), "alt": alt})["upload"]
    fields = {**form["fields"], "file": ("picture", content, kind)}
    answer = admin.pool.request("POST", form["url"], fields=fields)
    if answer.status not in (200, 201, 204):
        raise UnexpectedAnswerError(f"POST {form['url']} answered {answer.status}: {answer.data[:500]!r}")
