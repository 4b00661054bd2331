"""Rating drafts without knowing who wrote them."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.captions import caption_rate_blind
from api.selectors.caption_blind import blind_caption_of, blind_draft, blind_left
from api.serializers.caption_blind import BlindRatingSerializer, BlindSerializer
from api.views.base import current_user, parsed


class BlindView(APIView):
    @extend_schema(operation_id="captions_blind", responses=BlindSerializer)
    def get(self, request: Request) -> Response:
        """One photo and one draft of an unnamed model, at random; ask again for another one."""
        user = current_user(request)
        return Response(BlindSerializer({"draft": blind_draft(user), "left": blind_left(user)}).data)


class BlindRatingView(APIView):
    @extend_schema(operation_id="captions_blind_rate", request=BlindRatingSerializer, responses=BlindSerializer)
    def post(self, request: Request, caption_id: int) -> Response:
        """Rate it; the answer is the next one. The rating is shown in the statistics only."""
        user = current_user(request)
        caption = blind_caption_of(user, caption_id)
        caption_rate_blind(caption=caption, rating=parsed(BlindRatingSerializer, request)["rating"])
        return Response(BlindSerializer({"draft": blind_draft(user), "left": blind_left(user)}).data)
