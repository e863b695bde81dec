"""The pages that people use: whole in both languages, small, closed to what is not their own, and modest in what they
ask for."""

import gzip
import re
from hashlib import sha256
from pathlib import PurePosixPath
from typing import get_args

import pytest

from gateway.web.files import FOLDER, IMPORT, Files, policy
from shared_schemas.access import ACCESS
from shared_schemas.visits.status import BookingStatus

FILES = Files()
MODULES = {name: text for name, text in FILES.texts.items() if name.endswith(".js") and name != "base/preact.js"}
PAGES = sorted(PurePosixPath(name).stem for name in FILES.texts if name.endswith(".html"))
BUDGET = 100_000
LATER = re.compile(r'\bimport\("([^"]+)"\)')
CALL = re.compile(r'\bcall\(\s*"([A-Z]+)",\s*[`"](v1/[^`"]+)[`"]')
# htm/preact/standalone.module.js of the package htm 3.1.1.
VENDORED = {"base/preact.js": "72284e8e9079c87817145df1110f74e8a2aa040b2fc384922e18dfcb46fc1fd7"}


def words_of(page: str) -> dict[str, set[str]]:
    """What a page says in each language; it may be in several files."""
    whole = "".join(text for name, text in FILES.texts.items() if name.startswith(f"{page}/texts"))
    said: dict[str, set[str]] = {"en": set(), "ru": set()}
    for language, text in re.findall(r"^  (en|ru): \{\n(.*?)^  \},", whole, re.MULTILINE | re.DOTALL):
        keys = re.findall(r"^    (\w+): ", text, re.MULTILINE)
        assert not said[language] & set(keys), f"{language} says it twice"
        said[language] |= set(keys)
    return said


def made_up(code: str) -> re.Pattern[str]:
    """Keys that a page puts together: text(`view_${name}`)."""
    patterns = (re.sub(r"\$\{.*?\}(?=\w*$|[^}]*$)", r"\\w+", said) for said in re.findall(r"\btext\(`([^`]+)`", code))
    return re.compile("|".join(patterns) or "(?!)")


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_say_the_same_things(page: str) -> None:
    words = words_of(page)

    assert words["en"] == words["ru"]
    own = "".join(text for name, text in MODULES.items() if name.startswith(f"{page}/") and "texts" not in name)
    assert set(re.findall(r'\btext\("(\w+)"', own)) <= words["en"]
    built = made_up(own)
    unsaid = {key for key in words["en"] if not re.search(rf'"{key}"|\b{key}\b', own) and not built.fullmatch(key)}
    assert unsaid <= set(get_args(BookingStatus))


def test_modules_load_what_there_is_and_nothing_is_left_over() -> None:
    loaded = {f"{name}/app.js" for name in PAGES} | {"widget/widget.js", "push/push.js"}
    for name, text in MODULES.items():
        for path in [*IMPORT.findall(text), *LATER.findall(text)]:
            whole = (FOLDER / name).parent.joinpath(path).resolve().relative_to(FOLDER).as_posix()
            assert whole in FILES.texts, f"{name} imports {path}"
            loaded.add(whole)

    assert loaded == {name for name in FILES.texts if name.endswith(".js")}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_small_and_shows_itself_with_the_first_answer(page: str) -> None:
    document = FILES.page(page)
    assert "{" + "assets}" not in document
    assert re.findall(r'<link rel="stylesheet"|<script(?! type="module" src=)|@import', document) == []
    assert "<style>:root" in document
    # There is something to read before any script has come.
    assert re.search(r"<main.*?<h1>[^<]+</h1>", document, re.DOTALL)
    # All else that it needs is asked for at once; what it loads only when it is wanted is not.
    preloaded = re.findall(r'<link rel="modulepreload" href="assets/\w+/([\w./]+)">', document)
    assert {f"{page}/app.js", "base/preact.js", "base/api.js", f"{page}/texts.js"} <= set(preloaded)
    assert set(preloaded) == set(FILES.modules(f"{page}/app.js"))
    assert sum(map(compressed, [document, *(FILES.texts[name] for name in preloaded)])) < BUDGET


@pytest.mark.parametrize("page", PAGES)
def test_what_comes_later_is_small_too(page: str) -> None:
    """A view that is loaded when somebody looks at it has half of what a page has."""
    there = set(FILES.modules(f"{page}/app.js"))
    for name in LATER.findall(FILES.texts[f"{page}/app.js"]):
        added = set(FILES.modules(f"{page}/{PurePosixPath(name).name}")) - there
        assert sum(compressed(FILES.texts[each]) for each in added) < BUDGET / 2


def compressed(text: str) -> int:
    return len(gzip.compress(text.encode()))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_its_own_scripts_alone(page: str) -> None:
    document = FILES.page(page)
    closed = policy(document, "'none'")

    assert "unsafe" not in closed
    assert closed.startswith("default-src 'none'; script-src 'self'; style-src 'sha256-")
    assert re.findall(r"<script(?![^>]* src=\"assets/)|\bon\w+=\"|style=\"|https?://", document) == []


def test_modules_evaluate_nothing_and_ask_no_other_host() -> None:
    shared = "".join(text for name, text in MODULES.items() if name != "widget/widget.js")

    assert (
        re.findall(r"innerHTML|dangerouslySetInnerHTML|\beval\(|new Function|https?://|document\.cookie", shared) == []
    )


def test_the_page_of_guests_asks_for_what_guests_may_do() -> None:
    asked = {
        (method, "/" + re.sub(r"\$\{[^}]+\}", "{}", path))
        for name, text in MODULES.items()
        if name.startswith("book/")
        for method, path in CALL.findall(text)
    }
    allowed = {
        (method, re.sub(r"\{\w+\}", "{}", path))
        for method, _, path in (
            route.partition(" ")
            for route, access in ACCESS.items()
            if access.is_open or access.guests or access.strangers
        )
    }

    assert len(asked) > 10
    assert asked <= allowed


def test_vendored_files_are_what_was_published() -> None:
    assert {name: sha256(FILES.texts[name].encode()).hexdigest() for name in VENDORED} == VENDORED
    assert "Apache License" in (FOLDER / "base/preact.LICENSE").read_text(encoding="utf-8")
