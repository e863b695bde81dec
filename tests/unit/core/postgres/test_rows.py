"""What PostgreSQL refuses is an error of the domain only by the constraint that it names."""

import pytest
from sqlalchemy.exc import IntegrityError

from core.postgres.rows import unique


class NameTakenError(Exception):
    """A refusal of some domain."""


def violation(constraint: str) -> IntegrityError:
    """As pg8000 tells it."""
    return IntegrityError("INSERT", {}, Exception({"C": "23505", "n": constraint}))


def test_a_violation_of_the_constraint_is_the_error_of_the_domain() -> None:
    refusal = violation("halls_name_key")

    with pytest.raises(NameTakenError) as error, unique("halls_name_key", NameTakenError()):
        raise refusal

    assert error.value.__cause__ is refusal


def test_a_violation_of_another_constraint_stays_what_it_is() -> None:
    with pytest.raises(IntegrityError), unique("halls_name_key", NameTakenError()):
        raise violation("halls_pkey")
