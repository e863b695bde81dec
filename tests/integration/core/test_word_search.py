"""Rows by how their words begin: whatever way they are read, those that fit, each once, and no fewer than there are."""

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import Connection, Engine, text

from core.postgres.word_search import WordSearch

WORDS = ("anna", "anton", "maria", "petrova", "petrenko", "orlova", "li")
NAMES = [" ".join(words) for words in product(WORDS, WORDS)] + [
    "maria anna li petrova",
    "de la cruz anna",
    "anna-maria li",
]
ASKED = ["a", "an", "anna", "petr", "li", "cruz", "nobody"]


@pytest.fixture(scope="module")
def people(engine: Engine) -> Iterator[Connection]:
    """Some share words, some have them where no index of a place looks, and some are gone."""
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMP TABLE named (id uuid PRIMARY KEY, name text, gone boolean)"))
        for number, name in enumerate(NAMES):
            row = {"name": name, "gone": number % 5 == 4}
            connection.execute(text("INSERT INTO named VALUES (gen_random_uuid(), :name, :gone)"), row)
        yield connection


def looking(few: int, looked_at: tuple[int, ...]) -> WordSearch:
    places = [f"split_part(name, ' ', {place})" for place in (1, 2, 3)]
    return WordSearch("named", "to_tsvector('simple', name)", places, "NOT gone", few, looked_at)


def fitting(people: Connection, words: tuple[str, ...]) -> set[object]:
    """By the meaning alone: each is how some word begins."""
    rows = people.execute(text("SELECT id, name FROM named WHERE NOT gone"))
    said = [(row.id, row.name.replace("-", " ").split()) for row in rows]
    return {one for one, own in said if all(any(each.startswith(word) for each in own) for word in words)}


@pytest.mark.parametrize(("few", "looked_at"), [(1, (2,)), (4, (1, 6)), (20, (3,)), (300, (150, 1000))])
def test_those_that_fit_are_found_each_once_and_no_fewer_than_there_are(
    people: Connection, few: int, looked_at: tuple[int, ...]
) -> None:
    search = looking(few, looked_at)
    for words in [(one,) for one in ASKED] + list(product(ASKED, ASKED)) + [("an", "pet", "li")]:
        wanted = fitting(people, words)
        for limit in (1, 3, 200):
            found = search.found(people, words, limit)
            assert len(found) == len(set(found)) == min(limit, len(wanted)), (words, limit)
            assert set(found) <= wanted, (words, limit)
