"""Tables of hundreds of rows as one test each: what pytest does for each of its tests costs more than most rows do."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from inspect import signature
from typing import Any

Rows = Iterable[Any]


def each(
    names: str | Sequence[str], rows: Rows | Callable[[], Rows], ids: Callable[[Any], object] = str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Like `pytest.mark.parametrize`, but one test that goes through all rows and then tells each one that failed.

    `rows` may be a function that is asked when the test runs. A table without rows fails, as it would check nothing.
    What a fixture gives is the same for all rows."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def of_all(**fixtures: Any) -> None:
            table = list(rows() if callable(rows) else rows)
            assert table, "there is nothing to check"
            failures = [failure for row in table if (failure := _failure(test, names, row, ids, fixtures))]
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(table)} rows", failures)

        asked = signature(test)
        own = (names,) if isinstance(names, str) else names
        fixtures = [parameter for name, parameter in asked.parameters.items() if name not in own]
        of_all.__signature__ = asked.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return of_all

    return decorate


def _failure(
    test: Callable[..., None],
    names: str | Sequence[str],
    row: Any,
    ids: Callable[[Any], object],
    fixtures: dict[str, Any],
) -> Exception | None:
    values = {names: row} if isinstance(names, str) else dict(zip(names, row, strict=True))
    try:
        test(**values, **fixtures)
    except Exception as error:
        error.add_note("in the row " + "-".join(str(ids(value)) for value in values.values()))
        return error
    return None
