"""The models and their services, for the administrator's pages."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.selectors.models import model_list, service_list
from api.serializers.models import ModelListSerializer, ServiceListSerializer


class ModelListView(APIView):
    @extend_schema(operation_id="models_list", responses=ModelListSerializer)
    def get(self, request: Request) -> Response:
        """Every model of the registry with its cost; `active` marks what is in use."""
        return Response(ModelListSerializer({"results": model_list()}).data)


class ServiceListView(APIView):
    permission_classes = (IsAdminUser,)

    @extend_schema(operation_id="services_list", responses=ServiceListSerializer)
    def get(self, request: Request) -> Response:
        """Every model service and its state; for administrators."""
        return Response(ServiceListSerializer({"results": service_list()}).data)
