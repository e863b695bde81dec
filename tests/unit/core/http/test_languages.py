import pytest

from core.http.languages import preferred, wanted


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "en"),
        ("ru", "ru"),
        ("RU-ru", "ru"),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"),
        ("en-US,en;q=0.9,ru;q=0.8", "en"),
        ("ru;q=0.4, en; q=0.6", "en"),
        ("en;q=0.4, ru ; q = 0.6", "ru"),
        ("de, ru;q=0.1", "ru"),
        ("de, fr", "en"),
        ("*", "en"),
        ("ru;q=0", "en"),
        ("ru;q=0, en;q=0", "en"),
        ("ru, en", "ru"),
        ("en, ru", "en"),
        ("ru;q=high, en;q=0.1", "en"),
        ("ru;q=nan, en;q=0.1", "en"),
        ("ru;q=7, en;q=0.1", "en"),
        ("ru;level=1, en;q=0.1", "en"),
        ("rus", "en"),
        ("en;q=0.9, ru;q=0.5, ru;q=1", "ru"),
        (";;,,=;q=", "en"),
    ],
)
def test_the_language_with_the_highest_quality_wins(header: str, locale: str) -> None:
    assert preferred(header) == locale


@pytest.mark.parametrize(
    ("header", "locale"),
    [("", None), ("*", None), ("de, fr", None), ("ru;q=0", None), ("de, ru;q=0.1", "ru"), ("en", "en")],
)
def test_who_asks_for_neither_of_our_languages_is_known(header: str, locale: str | None) -> None:
    assert wanted(header) == locale
