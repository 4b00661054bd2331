"""One row, or the error that says there is none."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from api.errors import NotFoundError

Row = TypeVar("Row", bound=Model)


def one_of(rows: QuerySet[Row]) -> Row:
    """Return the row. Raises NotFoundError where there is none; `rows` has only what the one who asks may see."""
    row = rows.first()
    if row is None:
        raise NotFoundError
    return row
