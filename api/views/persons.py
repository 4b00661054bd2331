"""People on one's photos."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.pagination import LongPages, paged
from api.selectors.persons import person_of, persons_of
from api.serializers.persons import PersonSerializer
from api.views.base import current_user


class PersonListView(APIView):
    @extend_schema(operation_id="persons_list", responses=paged(PersonSerializer))
    def get(self, request: Request) -> Response:
        """The people on one's photos, by name."""
        pages = LongPages()
        people = pages.paginate_queryset(persons_of(current_user(request)), request, self) or []
        return pages.get_paginated_response([PersonSerializer(person).data for person in people])


class PersonView(APIView):
    @extend_schema(operation_id="persons_get", responses=PersonSerializer)
    def get(self, request: Request, person_id: int) -> Response:
        """One of them."""
        return Response(PersonSerializer(person_of(current_user(request), person_id)).data)
