"""Compares two JSON Schemas as a client sees them: what it may send, or what it gets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Schema = Mapping[str, Any]
REFERENCE = "#/components/schemas/"
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
EXACT = ("pattern", "format", "multipleOf", "uniqueItems")


class Direction(StrEnum):
    """Whether a client sends it or gets it."""

    IN = "in"
    OUT = "out"


@dataclass
class Comparison:
    """Of the schemas of two documents. A schema with a name is compared once for each direction, under its name."""

    released: Mapping[str, Schema]
    now: Mapping[str, Schema]
    _seen: set[tuple[str, str, Direction]] = field(default_factory=set)

    def run(self, place: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
        """What is worse at this place, and below it."""
        names = (_name(old), _name(new))
        if names[0] and names[1]:
            if (*names, direction) in self._seen:
                return
            self._seen.add((*names, direction))
        place = names[1] or place
        old, new = self.released[names[0]] if names[0] else old, self.now[names[1]] if names[1] else new
        if "anyOf" in old or "anyOf" in new:
            yield from self._options(place, _options(old), _options(new), direction)
        else:
            yield from self._one(place, old, new, direction)

    def _one(self, place: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
        yield from _types(place, old, new, direction)
        if not _alike(old, new):
            return
        yield from _values(place, old, new, direction)
        if direction is Direction.IN:
            yield from _bounds(place, old, new)
            yield from _default(place, old, new)
        elif old.get("format") and old["format"] != new.get("format"):
            yield f"{place}: is {new.get('format', 'any text')}, was {old['format']}"
        yield from self._fields(place, old, new, direction)
        if "items" in old and "items" in new:
            yield from self.run(f"{place}[]", old["items"], new["items"], direction)

    def _fields(self, place: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        must_before, must_after = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in before.items():
            if name in after:
                yield from self.run(f"{place}.{name}", schema, after[name], direction)
            elif direction is Direction.OUT or new.get("additionalProperties") is False or "properties" in new:
                yield f"{place}.{name}: is gone"
        if direction is Direction.IN:
            yield from (f"{place}.{name}: must be there" for name in sorted(must_after - must_before))
        else:
            yield from (f"{place}.{name}: may be absent" for name in sorted((must_before - must_after) & set(after)))

    def _options(self, place: str, old: Sequence[Schema], new: Sequence[Schema], direction: Direction) -> Iterator[str]:
        """Whatever could be sent, still can; whatever comes now, could come before."""
        wanted, offered = (old, new) if direction is Direction.IN else (new, old)
        for option in wanted:
            alike = [other for other in offered if _alike(self._whole(option), self._whole(other))]
            if not alike:
                what = _said(_type_set(self._whole(option)))
                yield f"{place}: {'cannot be' if direction is Direction.IN else 'may be'} {what} now"
                continue
            pairs = [(option, other) if direction is Direction.IN else (other, option) for other in alike]
            worse = [list(self._apart().run(place, *pair, direction)) for pair in pairs]
            # Of several that do not fit, the nearest says most.
            yield from min(worse, key=len)

    def _whole(self, schema: Schema) -> Schema:
        """What a reference leads to, in whichever document has it."""
        name = _name(schema)
        return self.now.get(name) or self.released[name] if name else schema

    def _apart(self) -> "Comparison":
        """One that remembers what was seen so far, so that it ends, and tells nobody what it tries."""
        return Comparison(self.released, self.now, set(self._seen))


def _alike(one: Schema, other: Schema) -> bool:
    """Whether they are of one type, at least in part."""
    kinds = (_type_set(one) or {"any"}, _type_set(other) or {"any"})
    return bool(kinds[0] & kinds[1]) or "any" in kinds[0] | kinds[1]


def _name(schema: Schema) -> str:
    return str(schema.get("$ref", "")).removeprefix(REFERENCE)


def _options(schema: Schema) -> Sequence[Schema]:
    # A default beside the options belongs to all of them.
    shared = {"default": schema["default"]} if "anyOf" in schema and "default" in schema else {}
    return [{**option, **shared} for option in schema["anyOf"]] if "anyOf" in schema else [schema]


def _types(place: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
    before, after = _type_set(old), _type_set(new)
    narrow, wide = (before, after) if direction is Direction.IN else (after, before)
    if wide and (not narrow or not narrow <= wide | ({"integer"} if "number" in wide else set())):
        yield f"{place}: is {_said(after)}, was {_said(before)}"


def _type_set(schema: Schema) -> set[str]:
    kinds = schema.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _said(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds)) or "anything"


def _values(place: str, old: Schema, new: Schema, direction: Direction) -> Iterator[str]:
    before, after = _enum(old), _enum(new)
    if direction is Direction.IN and after is not None:
        lost = after and [value for value in before or [] if value not in after]
        if before is None:
            yield f"{place}: takes only {after}"
        elif lost:
            yield f"{place}: does not take {', '.join(map(str, lost))} any more"
    # A new word in an answer is no break: clients must expect more of them. One word alone is a promise.
    elif direction is Direction.OUT and before is not None and len(before) == 1 and after != before:
        yield f"{place}: is {after}, was {before}"


def _enum(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _bounds(place: str, old: Schema, new: Schema) -> Iterator[str]:
    tighter: list[tuple[Sequence[str], Callable[[Any, Any], bool]]] = [
        (LOWER, lambda before, after: before is None or after > before),
        (UPPER, lambda before, after: before is None or after < before),
        (EXACT, lambda before, after: after != before),
    ]
    for names, is_tighter in tighter:
        for name in names:
            if new.get(name) is not None and is_tighter(old.get(name), new[name]):
                yield f"{place}: {name} is {new[name]}, was {old.get(name, 'none')}"


def _default(place: str, old: Schema, new: Schema) -> Iterator[str]:
    if "default" in old and "default" in new and old["default"] != new["default"]:
        yield f"{place}: is {new['default']} if nothing is said, was {old['default']}"
