"""Which language a page is in: `?lang=`, or what the browser accepts, or English."""

import json
from pathlib import Path

from infra.sandbox.providers.found import FOLDER as PROVIDERS
from infra.sandbox.providers.found import NAMES

LANGUAGES = ("en", "ru")
DIRECTORY = Path(__file__).parents[1] / "texts"


def _texts(language: str) -> dict[str, str]:
    """Those of the sandbox, and those of each gateway."""
    texts: dict[str, str] = json.loads((DIRECTORY / f"{language}.json").read_text(encoding="utf-8"))
    for name in NAMES:
        texts |= json.loads((PROVIDERS / name / "texts.json").read_text(encoding="utf-8"))[language]
    return texts


TEXTS: dict[str, dict[str, str]] = {language: _texts(language) for language in LANGUAGES}


def choose(wanted: str | None, accept: str) -> str:
    """The first of our languages in the order of an Accept-Language header."""
    if wanted in LANGUAGES:
        return str(wanted)
    ranked = sorted((_quality(item), -index, item) for index, item in enumerate(accept.split(",")))
    for quality, _, item in reversed(ranked):
        language = item.split(";")[0].strip().lower().split("-")[0]
        if quality > 0 and language in LANGUAGES:
            return language
    return "en"


def _quality(item: str) -> float:
    _, _, parameter = item.partition(";q=")
    try:
        return float(parameter) if parameter else 1.0
    except ValueError:
        return 0.0
