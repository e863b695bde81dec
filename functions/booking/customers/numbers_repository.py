"""SQL for who counts as one client: a guest with all guests of the same telephone number."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, cast, func, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from booking.customers.tables import customers


def same_number(customer_id: ColumnElement[UUID]) -> ColumnElement[Any]:
    """The customer, and if it is a guest, all guests of the same telephone number: an array, looked for by index."""
    own = customers.alias()
    others = select(customers.c.id).join(own, own.c.phone_key == customers.c.phone_key).where(own.c.id == customer_id)
    found = union_all(select(cast(customer_id, Uuid)), others).subquery()
    return func.array(select(found).scalar_subquery(), type_=ARRAY(Uuid))
