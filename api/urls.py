"""Every route with its exact path; clients follow no redirect, so a slash here is a slash there."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from api.views import auth, captions, media, models, site_settings, uploads, users

urlpatterns = [
    # Accounts
    path("api/firsttimesetup/", users.FirstTimeSetupView.as_view()),
    path("api/auth/token/obtain/", auth.TokenObtainView.as_view()),
    path("api/auth/token/refresh/", auth.TokenRefreshView.as_view()),
    path("api/auth/token/blacklist/", auth.TokenBlacklistView.as_view()),
    path("api/user/", users.UserListView.as_view()),
    path("api/user/<int:user_id>/", users.UserView.as_view()),
    path("api/manage/user/<int:user_id>/", users.UserManageView.as_view()),
    path("api/delete/user/<int:user_id>/", users.UserDeleteView.as_view()),
    path("api/sitesettings", site_settings.SiteSettingsView.as_view()),
    # Captions
    path("api/photos/<str:image_hash>/captions/", captions.PhotoCaptionsView.as_view()),
    path("api/photos/<str:image_hash>/captions/<int:caption_id>/", captions.PhotoCaptionView.as_view()),
    path("api/captions/draft/", captions.DraftManyView.as_view()),
    path("api/photosedit/savecaption/", captions.SaveCaptionView.as_view()),
    path("api/photosedit/generateim2txt/", captions.GenerateCaptionView.as_view()),
    # Files in and out
    path("api/exists/<str:image_hash>", uploads.ExistsWithoutSlashView.as_view()),
    path("api/exists/<str:image_hash>/", uploads.ExistsView.as_view()),
    path("api/upload/", uploads.UploadView.as_view()),
    path("api/upload/complete/", uploads.UploadCompleteView.as_view()),
    re_path(rf"^media/(?P<kind>{'|'.join(media.KINDS)})/(?P<image_hash>[^/]+)$", media.MediaView.as_view()),
    # Models and their services
    path("api/models/", models.ModelListView.as_view()),
    path("api/services/", models.ServiceListView.as_view()),
    # The schema of all this
    path("api/schema/", SpectacularAPIView.as_view()),
]
