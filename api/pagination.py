"""Lists in pages, in the shape both clients know: count, next, previous, results."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """`?page=` from 1, `?page_size=` up to 1000."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000


class LongPages(Pages):
    """For short lists that a client wants whole without asking."""

    page_size = 1000


def paged(item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return the shape of a page of `item`, for the schema."""
    return inline_serializer(
        f"Paged{item.__name__.removesuffix('Serializer')}",
        {
            "count": serializers.IntegerField(),
            "next": serializers.CharField(allow_null=True),
            "previous": serializers.CharField(allow_null=True),
            "results": item(many=True),
        },
    )
