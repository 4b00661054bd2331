"""People on one's photos."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.people import person_delete, person_merge_or_rename, person_set_cover
from api.pagination import LongPages, paged
from api.selectors.captions import photo_of
from api.selectors.persons import person_of, persons_of
from api.serializers.persons import PersonChangeSerializer, PersonSerializer
from api.views.base import current_user, parsed


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

    @extend_schema(operation_id="persons_change", request=PersonChangeSerializer, responses=PersonSerializer)
    def patch(self, request: Request, person_id: int) -> Response:
        """Rename a person, or choose their cover; with a name that somebody has, the two become one."""
        user = current_user(request)
        person, wanted = person_of(user, person_id).person, parsed(PersonChangeSerializer, request)
        if "cover_photo" in wanted:
            person_set_cover(person=person, photo=photo_of(user, wanted["cover_photo"]))
        if "newPersonName" in wanted:
            person = person_merge_or_rename(person=person, name=wanted["newPersonName"])
        return Response(PersonSerializer(person_of(user, person.pk)).data)

    @extend_schema(operation_id="persons_delete", responses={204: None})
    def delete(self, request: Request, person_id: int) -> Response:
        """Forget a person; their faces stay on the photos without a name."""
        person_delete(person=person_of(current_user(request), person_id).person)
        return Response(status=204)
