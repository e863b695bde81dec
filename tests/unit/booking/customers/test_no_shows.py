"""What no-shows make of the share that a customer pays in advance, and what is left of it without one of them."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from booking.customers.domain import NoShow, raised, without

SHARES = st.integers(1, 100)
# A number is a no-show that asks for it; a pair is what staff set then, None being the policy's.
STEPS = st.lists(SHARES | st.tuples(st.none() | SHARES), max_size=6)


def lived(steps: list[int | tuple[int | None]]) -> tuple[list[NoShow], int | None]:
    """Their no-shows, in order, and the share at the end."""
    line, percent = list[NoShow](), None
    for step in steps:
        if isinstance(step, tuple):
            percent = step[0]
        else:
            line.append(NoShow(uuid4(), percent, step))
            percent = raised(percent, step)
    return line, percent


@given(st.lists(SHARES, min_size=1, max_size=6), st.data())
def test_without_a_no_show_all_is_as_if_there_had_been_none(asked: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(asked) - 1))
    line, percent = lived(list(asked))
    expected, share = lived([*asked[:place], *asked[place + 1 :]])

    changed, left = without(line[place].booking_id, line, percent)

    now = {one.booking_id: one for one in line} | {one.booking_id: one for one in changed}
    kept = [now[one.booking_id].before for one in line if one is not line[place]]
    assert (kept, left) == ([one.before for one in expected], share)


@given(STEPS, st.lists(SHARES, max_size=3), SHARES, SHARES)
def test_what_staff_set_later_stays(
    before: list[int | tuple[int | None]], after: list[int], asked: int, words: int
) -> None:
    """Another share than the no-show had left: of the same, nobody can tell that it is by staff's word."""
    line, percent = lived([*before, asked])
    slip = line[-1]
    said = words if words != percent else words % 100 + 1
    line, percent = lived([*before, asked, (said,), *after])
    place = sum(not isinstance(step, tuple) for step in before)
    assert (line[place].before, line[place].asked) == (slip.before, slip.asked)
    assert without(line[place].booking_id, line, percent) == ([], percent)


def test_of_a_no_show_that_is_not_known_nothing_is_undone() -> None:
    assert without(UUID(int=1), [], 100) == ([], 100)
    assert without(UUID(int=1), [NoShow(UUID(int=2), None, 80)], 80) == ([], 80)
