"""Every route with its exact path; clients follow no redirect, so a slash here is a slash there."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from api.views import captions, models

urlpatterns = [
    # Captions
    path("api/photos/<str:image_hash>/captions/", captions.PhotoCaptionsView.as_view()),
    path("api/photos/<str:image_hash>/captions/<int:caption_id>/", captions.PhotoCaptionView.as_view()),
    path("api/photosedit/savecaption/", captions.SaveCaptionView.as_view()),
    path("api/photosedit/generateim2txt/", captions.GenerateCaptionView.as_view()),
    # Models and their services
    path("api/models/", models.ModelListView.as_view()),
    path("api/services/", models.ServiceListView.as_view()),
    # The schema of all this
    path("api/schema/", SpectacularAPIView.as_view()),
]
