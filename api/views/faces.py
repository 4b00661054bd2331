"""Faces: LibrePhotos' doors, their pictures, and who is on one photo."""

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.face_crops import face_picture
from api.actions.jobs import job_with_nothing_to_do
from api.actions.people import face_delete, faces_delete, faces_label, photo_add_person
from api.authentication import MediaAuthentication
from api.errors import NotFoundError
from api.lib.face_crops import face_url, parse_face_name
from api.models import Face
from api.models.job import JobKind
from api.pagination import Pages, paged
from api.selectors.captions import photo_of
from api.selectors.faces import face_counts, face_for_viewer, face_on, faces_of_person, faces_on
from api.serializers.captions import JobStartSerializer
from api.serializers.faces import (
    FaceClusterSerializer,
    FaceCountSerializer,
    FaceIdsSerializer,
    FaceLabelSerializer,
    FaceQuerySerializer,
    FacesDeletedSerializer,
    FaceSerializer,
    FacesLabelledSerializer,
    PeopleOnPhotoSerializer,
    PersonAddSerializer,
    PersonOnPhotoSerializer,
)
from api.views.base import current_user, parsed, parsed_query
from api.views.file_response import file_response
from api.views.media import FirstRenderer

NO_RECOGNITION = "This server recognises no faces; people come from the files and by hand."


class FaceCountsView(APIView):
    @extend_schema(
        operation_id="faces_incomplete",
        parameters=[OpenApiParameter("inferred", bool)],
        responses=FaceCountSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Who has how many faces. Nothing is inferred here, so that list is empty."""
        inferred = parsed_query(FaceQuerySerializer, request)["inferred"]
        return Response([] if inferred else face_counts(current_user(request)))


class FaceListView(APIView):
    @extend_schema(operation_id="faces_list", parameters=[FaceQuerySerializer], responses=paged(FaceSerializer))
    def get(self, request: Request) -> Response:
        """The faces of a person, or (0) those without a name; of somebody else's person none."""
        query, pages = parsed_query(FaceQuerySerializer, request), Pages()
        faces = faces_of_person(current_user(request), query["person"], by_date=query["order_by"] == "date")
        shown = faces.none() if query["inferred"] else faces
        page = pages.paginate_queryset(shown, request, self) or []
        return pages.get_paginated_response([FaceSerializer(face).data for face in page])


class FaceLabelView(APIView):
    @extend_schema(operation_id="faces_label", request=FaceLabelSerializer, responses=FacesLabelledSerializer)
    def post(self, request: Request) -> Response:
        """Say who faces are; "Unknown - Other" takes the name away. Faces that are not one's own are left out."""
        wanted = parsed(FaceLabelSerializer, request)
        faces = faces_label(user=current_user(request), face_ids=wanted["face_ids"], name=wanted["person_name"])
        results = [FaceSerializer(face).data for face in faces]
        return Response({"status": True, "results": results, "updated": results, "not_updated": []})


class FaceDeleteView(APIView):
    @extend_schema(operation_id="faces_delete", request=FaceIdsSerializer, responses=FacesDeletedSerializer)
    def post(self, request: Request) -> Response:
        """Remove faces from their photos. Faces that are not one's own are left out."""
        faces = faces_delete(user=current_user(request), **parsed(FaceIdsSerializer, request))
        gone = [face_url(face.photo_id, face.pk) for face in faces]
        return Response({"status": True, "results": gone, "deleted": gone, "not_deleted": []})


def _job_start(request: Request, kind: JobKind) -> Response:
    job = job_with_nothing_to_do(kind=kind, user=current_user(request), reason=NO_RECOGNITION)
    return Response({"status": True, "job_id": str(job.job_id)})


class FaceTrainView(APIView):
    @extend_schema(operation_id="faces_train", request=None, responses=JobStartSerializer)
    def post(self, request: Request) -> Response:
        """A job that has ended already: no faces are recognised here, and its result says so."""
        return _job_start(request, JobKind.TRAIN_FACES)


class FaceScanView(APIView):
    @extend_schema(operation_id="faces_scan", responses=JobStartSerializer)
    def get(self, request: Request) -> Response:
        """The same; LibrePhotos' client asks by GET."""
        return _job_start(request, JobKind.SCAN_FACES)


class FaceClusterView(APIView):
    @extend_schema(operation_id="faces_cluster", responses=FaceClusterSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Where faces lie by likeness; empty, since nothing compares them."""
        return Response([])


class FaceMediaView(APIView):
    """Whoever may see a photo may see the faces on it."""

    authentication_classes = [MediaAuthentication]
    permission_classes = [AllowAny]
    content_negotiation_class = FirstRenderer

    @extend_schema(
        operation_id="media_face",
        responses={
            (200, "image/webp"): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="The client has it."),
            401: OpenApiResponse(description="The token has expired."),
            404: OpenApiResponse(description="Unknown, somebody else's, or not ready yet."),
        },
    )
    def get(self, request: Request, file_name: str) -> HttpResponseBase:
        return file_response(request._request, face_picture(face=_face(request, file_name)))


def _face(request: Request, file_name: str) -> Face:
    parts = parse_face_name(file_name)
    if parts is None:
        raise NotFoundError
    return face_for_viewer(user=request.user, image_hash=parts[0], face_id=parts[1])


class PhotoPeopleView(APIView):
    @extend_schema(operation_id="photo_people_list", responses=PeopleOnPhotoSerializer)
    def get(self, request: Request, image_hash: str) -> Response:
        """Who is on one's photo, left to right; those of whom only the name is known come last."""
        faces = faces_on(photo_of(current_user(request), image_hash))
        return Response(PeopleOnPhotoSerializer({"results": faces}).data)

    @extend_schema(
        operation_id="photo_people_add", request=PersonAddSerializer, responses={201: PersonOnPhotoSerializer}
    )
    def post(self, request: Request, image_hash: str) -> Response:
        """Say that somebody is on the photo, with or without a box around the face."""
        photo = photo_of(current_user(request), image_hash)
        face = photo_add_person(photo=photo, **parsed(PersonAddSerializer, request))
        return Response(PersonOnPhotoSerializer(face).data, status=201)


class PhotoPersonView(APIView):
    @extend_schema(operation_id="photo_people_delete", responses={204: None})
    def delete(self, request: Request, image_hash: str, face_id: int) -> Response:
        """Say that somebody is not on the photo."""
        face_delete(face=face_on(photo_of(current_user(request), image_hash), face_id))
        return Response(status=204)
