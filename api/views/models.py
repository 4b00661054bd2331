"""The models and their services, for the administrator's pages."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.actions.models import model_download, model_download_cancel, model_remove, model_verify_start
from api.actions.services import service_free
from api.actions.site_settings import model_choose
from api.permissions import IsAdministrator
from api.selectors.model_costs import model_costs
from api.selectors.models import model_detail, model_get, model_list, service_list
from api.serializers.models import (
    ConfirmNeededSerializer,
    ConfirmSerializer,
    ModelCostListSerializer,
    ModelCostSerializer,
    ModelJobSerializer,
    ModelListSerializer,
    ModelSerializer,
    ServiceListSerializer,
)
from api.views.base import current_user, parsed


class ModelListView(APIView):
    @extend_schema(operation_id="models_list", responses=ModelListSerializer)
    def get(self, request: Request) -> Response:
        """Every model of the registry with its cost; `active` marks what is in use."""
        return Response(ModelListSerializer({"results": model_list()}).data)


class ModelCostListView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(operation_id="models_costs", responses=ModelCostListSerializer)
    def get(self, request: Request) -> Response:
        """What this machine has, and what each choice would cost on it. For administrators."""
        return Response(ModelCostListSerializer(model_costs()).data)


class ModelChooseView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(
        operation_id="models_choose",
        request=ConfirmSerializer,
        responses={200: ModelCostSerializer, 409: ConfirmNeededSerializer},
    )
    def post(self, request: Request, model_id: str) -> Response:
        """Use this model for its task from the next request on; the same as setting it in /api/sitesettings."""
        confirm = parsed(ConfirmSerializer, request)["confirm"]
        return Response(ModelCostSerializer(model_choose(model=model_get(model_id), confirm=confirm)).data)


class ModelView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(operation_id="models_get", responses=ModelSerializer)
    def get(self, request: Request, model_id: str) -> Response:
        """One model."""
        return Response(ModelSerializer(model_detail(model_get(model_id))).data)

    @extend_schema(operation_id="models_remove", responses={204: None})
    def delete(self, request: Request, model_id: str) -> Response:
        """Take its files off the disk; 409 while it is in use or being downloaded."""
        model_remove(model=model_get(model_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ModelDownloadView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(operation_id="models_download", request=None, responses={202: ModelSerializer})
    def post(self, request: Request, model_id: str) -> Response:
        """Start the download, or name the one under way; a model that is there is checked and mended."""
        model_download(model=(model := model_get(model_id)), user=current_user(request))
        return Response(ModelSerializer(model_detail(model)).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(operation_id="models_download_cancel", responses=ModelSerializer)
    def delete(self, request: Request, model_id: str) -> Response:
        """Cancel the download; what came by then is thrown away."""
        model_download_cancel(model=(model := model_get(model_id)))
        return Response(ModelSerializer(model_detail(model)).data)


class ModelVerifyView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(operation_id="models_verify", request=None, responses={202: ModelJobSerializer})
    def post(self, request: Request, model_id: str) -> Response:
        """Start a job that reads every byte of the model; it fails with the names of damaged files."""
        job = model_verify_start(model=model_get(model_id), user=current_user(request))
        body = {"job_id": str(job.job_id), "job": job.pk}
        return Response(ModelJobSerializer(body).data, status=status.HTTP_202_ACCEPTED)


class ServiceListView(APIView):
    permission_classes = (IsAdminUser,)

    @extend_schema(operation_id="services_list", responses=ServiceListSerializer)
    def get(self, request: Request) -> Response:
        """Every model service and its state; for administrators."""
        return Response(ServiceListSerializer({"results": service_list()}).data)


class ServiceUnloadView(APIView):
    permission_classes = (IsAdministrator,)

    @extend_schema(operation_id="services_unload", request=None, responses={204: None})
    def post(self, request: Request, service_name: str) -> Response:
        """Have a service give its model's memory back now; the next request loads it again. For administrators."""
        service_free(name=service_name)
        return Response(status=status.HTTP_204_NO_CONTENT)
