"""One reading of `Accept` and `Accept-Language`."""

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_accept_header

from core.http.accept import wishes
from core.http.languages import preferred

TOKEN = st.text("abcdefghijklmnopqrstuvwxyz0123456789+.", min_size=1, max_size=8)
VALUE = st.one_of(st.builds("{}/{}".format, TOKEN, TOKEN), TOKEN, st.sampled_from(["*", "*/*", "image/*"]))
QUALITY = st.integers(0, 1000).map(lambda thousandths: f"{thousandths / 1000:g}")
SPACE = st.sampled_from(["", " "])
PART = st.builds("{1}{0};{0}q={2}".format, SPACE, VALUE, QUALITY) | VALUE
LOCALES = st.sampled_from(["en", "ru", "en-GB", "ru-RU", "de", "*"])


@given(st.lists(PART, min_size=1, max_size=6))
def test_werkzeug_reads_the_same(parts: list[str]) -> None:
    header = ", ".join(parts)

    theirs = sorted((value.lower(), float(quality)) for value, quality in parse_accept_header(header))

    assert sorted((wish.value, wish.quality) for wish in wishes(header)) == theirs


@given(st.text(max_size=60))
def test_whatever_stands_there_a_quality_is_between_nothing_and_one(header: str) -> None:
    found = list(wishes(header))

    assert len(found) == header.count(",") + 1
    assert all(0 <= wish.quality <= 1 for wish in found)


@given(st.dictionaries(LOCALES, st.integers(0, 1000), max_size=6))
def test_a_language_that_is_wanted_more_is_never_passed_over(wanted: dict[str, int]) -> None:
    header = ", ".join(f"{tag};q={quality / 1000:g}" for tag, quality in wanted.items())
    of = {locale: max([q for tag, q in wanted.items() if tag.startswith(locale)], default=0) for locale in ("en", "ru")}

    chosen = preferred(header)

    assert of[chosen] == max(of.values())


def test_a_parameter_beside_the_quality_is_seen_and_the_first_quality_counts() -> None:
    found = list(wishes("Image/SVG+xml; charset=x; q=0.7;q=0.1, text/csv ; q = 0.25"))

    assert [(wish.value, wish.quality, wish.plain) for wish in found] == [
        ("image/svg+xml", 0.7, False),
        ("text/csv", 0.25, True),
    ]
