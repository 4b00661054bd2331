"""The caption ledger of a photo, and LibrePhotos' two doors to it."""

from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions import captions as actions
from api.actions.caption_explain import caption_explain
from api.actions.draft_answer import Ask, draft_answer
from api.actions.draft_many import draft_many_start
from api.actions.drafts import DraftRequest, draft_model
from api.actions.rewrites import language_model_demanded
from api.lib.event_stream import MEDIA_TYPE
from api.models import Caption, User
from api.selectors.captions import caption_current, caption_list, caption_of, photo_of
from api.selectors.draft_scope import DraftScope
from api.selectors.file_writes import caption_file
from api.serializers.captions import (
    CaptionAttentionSerializer,
    CaptionChangeSerializer,
    CaptionListSerializer,
    CaptionSerializer,
    CaptionWriteSerializer,
    DraftListSerializer,
    DraftManySerializer,
    DraftRequestSerializer,
    GenerateCaptionSerializer,
    JobStartSerializer,
    SaveCaptionSerializer,
    StatusSerializer,
)
from api.views.base import current_user, parsed
from api.views.draft_stream import draft_events, wants_events


class EventsOrJson(DefaultContentNegotiation):
    """A reader of events gets them from the view itself; everything else, errors included, is JSON."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        if wants_events(request.headers.get("Accept", "")):
            return renderers[0], renderers[0].media_type
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen


class PhotoCaptionsView(APIView):
    content_negotiation_class = EventsOrJson

    @extend_schema(operation_id="captions_list", responses=CaptionListSerializer)
    def get(self, request: Request, image_hash: str) -> Response:
        """The ledger of a photo, newest first, and its caption."""
        photo = photo_of(current_user(request), image_hash)
        body = {"results": caption_list(photo), "current": caption_current(photo), "file": caption_file(photo)}
        return Response(CaptionListSerializer(body).data)

    @extend_schema(
        operation_id="captions_draft",
        request=DraftRequestSerializer,
        responses={
            (200, "application/json"): DraftListSerializer,
            (200, MEDIA_TYPE): OpenApiResponse(
                {"type": "string"},
                description="Events `status` {state: queued, loading, writing, rewriting}, `draft` and `held_back` (a "
                "caption each), `token` {text: the next letters of the rewritten one}, `done` {count, order: the "
                "drafts' ids, best first; rewrite: as in the JSON answer}, `error` {code, detail}.",
            ),
        },
    )
    def post(self, request: Request, image_hash: str) -> HttpResponseBase:
        """Ask the active captioner for drafts; with `Accept: text/event-stream` they come as events."""
        photo = photo_of(current_user(request), image_hash)
        ask = _ask(parsed(DraftRequestSerializer, request))
        if wants_events(request.headers.get("Accept", "")):
            service = _service(ask)
            events = draft_events(lambda tell: draft_answer(photo=photo, ask=ask, tell=tell), service=service)
            # Buffering would hold the events back until the last one.
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return StreamingHttpResponse(events, content_type=MEDIA_TYPE, headers=headers)
        answer = draft_answer(photo=photo, ask=ask, hurried=True)
        body = {"drafts": answer.drafts, "current": caption_current(photo), "rewrite": answer.rewrite}
        return Response(DraftListSerializer(body).data)

    @extend_schema(operation_id="captions_write", request=CaptionWriteSerializer, responses=CaptionSerializer)
    def put(self, request: Request, image_hash: str) -> Response:
        """Store the person's own text as the photo's caption."""
        user = current_user(request)
        photo = photo_of(user, image_hash)
        row = actions.caption_write(photo=photo, author=user, **parsed(CaptionWriteSerializer, request))
        return Response(CaptionSerializer(row).data)


class PhotoCaptionView(APIView):
    @extend_schema(operation_id="captions_change", request=CaptionChangeSerializer, responses=CaptionSerializer)
    def patch(self, request: Request, image_hash: str, caption_id: int) -> Response:
        """Accept, restore, merge, refuse or rate one row of the ledger; the answer is the row that came of it."""
        user = current_user(request)
        caption = caption_of(user, image_hash, caption_id)
        return Response(CaptionSerializer(_change(caption, user, parsed(CaptionChangeSerializer, request))).data)

    @extend_schema(operation_id="captions_delete", responses={204: None})
    def delete(self, request: Request, image_hash: str, caption_id: int) -> Response:
        """Remove a row of the ledger."""
        actions.caption_delete(caption=caption_of(current_user(request), image_hash, caption_id))
        return Response(status=204)


def _ask(wanted: dict[str, Any]) -> Ask:
    request = DraftRequest(**{name: wanted.pop(name) for name in ("count", "force", "model", "options")})
    rewrite, from_draft = wanted.pop("rewrite", None), wanted.pop("from_draft", None)
    return Ask(request=request, rewrite=rewrite, from_draft=from_draft, taste=wanted)


def _service(ask: Ask) -> str:
    """Return the service whose state the reader is told. Raises ConflictError where there is none."""
    return (draft_model(ask.request.model) if ask.from_draft is None else language_model_demanded()).service


def _change(caption: Caption, user: User, change: dict[str, Any]) -> Caption:
    match change["action"]:
        case "accept" | "restore":
            return actions.caption_accept(caption=caption, base=change["base"])
        case "merge":
            return actions.caption_merge(caption=caption, author=user, text=change["text"], base=change["base"])
        case "refuse":
            return actions.caption_refuse(caption=caption)
        case _:
            return actions.caption_rate(caption=caption, rating=change["rating"])


class CaptionAttentionView(APIView):
    @extend_schema(operation_id="captions_attention", responses=CaptionAttentionSerializer)
    def get(self, request: Request, image_hash: str, caption_id: int) -> Response:
        """Where on the photo the model looked for each word of a draft; the model is asked once more."""
        explanation = caption_explain(caption=caption_of(current_user(request), image_hash, caption_id))
        return Response(CaptionAttentionSerializer(explanation).data)


class DraftManyView(APIView):
    @extend_schema(operation_id="captions_draft_many", request=DraftManySerializer, responses={202: JobStartSerializer})
    def post(self, request: Request) -> Response:
        """Draft captions in a job: for a selection, an album, or all own photos without one."""
        job = draft_many_start(user=current_user(request), scope=_scope(parsed(DraftManySerializer, request)))
        return Response({"status": True, "job_id": str(job.job_id)}, status=202)


def _scope(wanted: dict[str, Any]) -> DraftScope:
    album, hashes = wanted.get("album", {}), wanted.get("image_hashes")
    return DraftScope(
        image_hashes=None if hashes is None else tuple(hashes),
        album_kind=album.get("kind"),
        album_id=album.get("id"),
        redo_model=wanted.get("redo_model", ""),
    )


class SaveCaptionView(APIView):
    @extend_schema(request=SaveCaptionSerializer, responses=StatusSerializer)
    def post(self, request: Request) -> Response:
        """LibrePhotos' door: store a person's text."""
        user, wanted = current_user(request), parsed(SaveCaptionSerializer, request)
        actions.caption_write(photo=photo_of(user, wanted["image_hash"]), author=user, text=wanted["caption"])
        return Response({"status": True})


class GenerateCaptionView(APIView):
    @extend_schema(request=GenerateCaptionSerializer, responses=StatusSerializer)
    def post(self, request: Request) -> Response:
        """LibrePhotos' door: draft one caption; it appears as `captions_json.im2txt` of the photo."""
        wanted = parsed(GenerateCaptionSerializer, request)
        photo = photo_of(current_user(request), wanted["image_hash"])
        draft_answer(photo=photo, ask=Ask(DraftRequest(count=1)), hurried=True)
        return Response({"status": True})
