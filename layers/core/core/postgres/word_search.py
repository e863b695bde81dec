"""Rows by how words of theirs begin, at a price that does not grow with how many rows share a word.

A GIN index lists all that match before it tells the first, which is good for rare words alone. So the first words of
each row are in ordered indexes, too, each by its place; a word that many have is read from there, only as far as need
be. What is found is what the GIN index would find."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

from core.postgres.database import DEFERRED

FEW = 300
"""Rows: a word that fewer have is rare."""
LOOKED_AT = (150, 1_000)
"""Rows of each common word that are looked at for the others, few at first, before GIN is asked for all the words."""
COUNTED, WALKED = 4, 2
"""Words."""
# PostgreSQL takes a word of which it knows nothing for one that two rows in a hundred have, and starts other processes
# to read them, which takes longer than all the rest.
ALONE = text("SELECT public.for_this_transaction('max_parallel_workers_per_gather', '0')")
BEYOND_ALL = "\U0010ffff"


@dataclass(frozen=True)
class WordSearch:
    """What can be looked for in a table: its `vector` and each of its `places` are written as their indexes say
    them."""

    table: str
    vector: str
    places: Sequence[str]
    where: str = "true"
    few: int = FEW
    looked_at: tuple[int, ...] = LOOKED_AT

    def found(self, connection: Connection, words: Sequence[str], limit: int) -> list[UUID]:
        """Some that have all the words, by how these begin, in any order; words are letters and digits alone."""
        connection.execute(ALONE, execution_options=DEFERRED)
        ranked, rare = self._rarest_first(connection, list(dict.fromkeys(words)))
        asked: dict[str, object] = {"words": _query(ranked), "limit": limit}
        near: dict[UUID, None] = {}
        for walk, word in () if rare else product(self._walks, ranked[:WALKED]):
            near |= dict.fromkeys(connection.execute(walk, asked | _range(word)).scalars())
            if len(near) >= limit:
                return list(near)[:limit]
        selective = _query(ranked[:1] if rare else ranked)
        return list(connection.execute(self._exact, asked | {"selective": selective}).scalars())

    def _rarest_first(self, connection: Connection, words: list[str]) -> tuple[list[str], bool]:
        """Of several words the rarest comes first; and whether it is rare, as far as the places tell."""
        if len(words) == 1:
            return words, False
        counts = {word: connection.execute(self._count, _range(word)).scalar_one() for word in words[:COUNTED]}
        ranked = sorted(counts, key=lambda word: counts[word])
        return ranked + words[COUNTED:], counts[ranked[0]] < self.few

    @cached_property
    def _count(self) -> TextClause:
        read = self._read(self.few, "id")
        return text(f"SELECT count(*) FROM (SELECT FROM ({read}) AS read LIMIT {self.few}) AS first")  # noqa: S608

    @cached_property
    def _walks(self) -> list[TextClause]:
        return [self._walk(most) for most in self.looked_at]

    def _walk(self, most: int) -> TextClause:
        read = self._read(most, f"id, {self.vector} AS words")
        return text(f"SELECT id FROM ({read}) AS read WHERE words @@ to_tsquery('simple', :words) LIMIT :limit")  # noqa: S608

    @cached_property
    def _exact(self) -> TextClause:
        """Only what is selective is for the index to find. The rest is compared row by row: `strip` changes nothing of
        that, and has no index."""
        return text(
            f"SELECT id FROM {self.table} WHERE {self.vector} @@ to_tsquery('simple', :selective) AND {self.where} "  # noqa: S608
            f"AND strip({self.vector}) @@ to_tsquery('simple', :words) LIMIT :limit"
        )

    def _read(self, most: int, columns: str) -> str:
        """Rows with the word in one of the places, as the indexes have them; a few have it in two."""
        parts = (
            f"(SELECT {columns} FROM {self.table} WHERE {place} ~>=~ :word AND {place} ~<~ :beyond "  # noqa: S608
            f"AND {self.where} ORDER BY {place} USING ~<~ LIMIT {most})"
            for place in self.places
        )
        return " UNION ALL ".join(parts)


def _range(word: str) -> dict[str, str]:
    return {"word": word, "beyond": word + BEYOND_ALL}


def _query(words: Sequence[str]) -> str:
    return " & ".join(f"'{word}':*" for word in words)
