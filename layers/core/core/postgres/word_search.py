"""Rows by how words of theirs begin, at a price that does not grow with how many rows share a word.

A GIN index lists all that match before it tells the first, which is good for rare words alone. So the first words of
each row are in ordered indexes, too, each by its place; a word that many have is read from there, only as far as need
be. What is found is what the GIN index would find."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

FEW = 300
"""Rows: a word that fewer have is rare."""
LOOKED_AT = 1_500
"""Rows with a common word that are looked at for the others, before GIN is asked for all the words."""
COUNTED, WALKED = 4, 2
"""Words."""
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
    looked_at: int = LOOKED_AT

    def found(self, connection: Connection, words: Sequence[str], limit: int) -> list[UUID]:
        """Some that have all the words, by how these begin, in any order; words are letters and digits alone."""
        ranked, rare = self._rarest_first(connection, list(dict.fromkeys(words)))
        asked: dict[str, object] = {"words": _query(ranked), "limit": limit}
        near: dict[UUID, None] = {}
        for word in () if rare else ranked[:WALKED]:
            near |= dict.fromkeys(connection.execute(self._walk, asked | _range(word)).scalars())
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
    def _walk(self) -> TextClause:
        read = self._read(self.looked_at, f"id, {self.vector} AS words")
        return text(f"SELECT id FROM ({read}) AS read WHERE words @@ to_tsquery('simple', :words) LIMIT :limit")  # noqa: S608

    @cached_property
    def _exact(self) -> TextClause:
        """Only what is selective is for the index to find; the rest is compared row by row."""
        found = (
            f"SELECT id, {self.vector} AS words FROM {self.table} "  # noqa: S608 - nothing of a caller's
            f"WHERE {self.vector} @@ to_tsquery('simple', :selective) AND {self.where} OFFSET 0"
        )
        return text(f"SELECT id FROM ({found}) AS found WHERE words @@ to_tsquery('simple', :words) LIMIT :limit")  # noqa: S608

    def _read(self, most: int, columns: str) -> str:
        """Rows with the word in one of the places, each once, as the indexes have them."""
        parts = []
        for number, place in enumerate(self.places):
            before = "".join(f" AND NOT ({_within(earlier)})" for earlier in self.places[:number])
            parts.append(
                f"(SELECT {columns} FROM {self.table} WHERE {_within(place)}{before} "  # noqa: S608
                f"AND {self.where} ORDER BY {place} USING ~<~ LIMIT {most})"
            )
        return " UNION ALL ".join(parts)


def _within(place: str) -> str:
    return f"{place} ~>=~ :word AND {place} ~<~ :beyond"


def _range(word: str) -> dict[str, str]:
    return {"word": word, "beyond": word + BEYOND_ALL}


def _query(words: Sequence[str]) -> str:
    return " & ".join(f"'{word}':*" for word in words)
