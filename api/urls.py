"""Every route with its exact path; clients follow no redirect, so a slash here is a slash there."""

from django.urls import path, re_path, register_converter
from drf_spectacular.views import SpectacularAPIView

from api.converters import PhotoHashConverter, TextConverter
from api.views import (
    albums_date,
    albums_thing,
    albums_user,
    auth,
    caption_stats,
    captions,
    faces,
    jobs,
    media,
    models,
    persons,
    photo_edits,
    photos,
    scan,
    search,
    server,
    site_settings,
    uploads,
    users,
)

register_converter(PhotoHashConverter, "hash")
register_converter(TextConverter, "text")

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
    # The timeline, and what people decide about their photos
    path("api/albums/date/list/", albums_date.DayListView.as_view()),
    path("api/albums/date/<int:album_id>", albums_date.DayWithoutSlashView.as_view()),
    path("api/albums/date/<int:album_id>/", albums_date.DayView.as_view()),
    path("api/albums/thing/list/", albums_thing.ThingAlbumListView.as_view()),
    path("api/albums/thing/<int:album_id>/", albums_thing.ThingAlbumView.as_view()),
    path("api/albums/place/list/", server.PlaceAlbumListView.as_view()),
    path("api/albums/user/list/", albums_user.UserAlbumListView.as_view()),
    path("api/albums/user/<int:album_id>/", albums_user.UserAlbumView.as_view()),
    path("api/albums/user/edit/", albums_user.UserAlbumCreateView.as_view()),
    path("api/albums/user/edit/<int:album_id>/", albums_user.UserAlbumEditView.as_view()),
    path("api/persons/", persons.PersonListView.as_view()),
    path("api/persons/<int:person_id>/", persons.PersonView.as_view()),
    path("api/faces/", faces.FaceListView.as_view()),
    path("api/faces/incomplete/", faces.FaceCountsView.as_view()),
    path("api/labelfaces", faces.FaceLabelView.as_view()),
    path("api/deletefaces", faces.FaceDeleteView.as_view()),
    path("api/trainfaces", faces.FaceTrainView.as_view()),
    path("api/scanfaces", faces.FaceScanView.as_view()),
    path("api/clusterfaces", faces.FaceClusterView.as_view()),
    path("api/photos/<hash:image_hash>/people/", faces.PhotoPeopleView.as_view()),
    path("api/photos/<hash:image_hash>/people/<int:face_id>/", faces.PhotoPersonView.as_view()),
    path("api/searchtermexamples/", search.SearchExamplesView.as_view()),
    path("api/photos/searchlist/", search.SearchView.as_view()),
    path("api/photos/notimestamp/", photos.PhotosUndatedView.as_view()),
    path("api/photos/shared/tome/", photos.PhotosSharedToMeView.as_view()),
    path("api/photos/shared/fromme/", photos.PhotosSharedByMeView.as_view()),
    path("api/photos/recentlyadded/", photos.PhotosRecentlyAddedView.as_view()),
    path("api/photos/<hash:image_hash>/", photos.PhotoView.as_view()),
    path("api/photos/<hash:image_hash>/summary/", photos.PhotoSummaryView.as_view()),
    path("api/photos/edit/<hash:image_hash>/", photo_edits.PhotoTimeView.as_view()),
    path("api/photosedit/favorite/", photo_edits.FavoriteView.as_view()),
    path("api/photosedit/hide/", photo_edits.HideView.as_view()),
    path("api/photosedit/makepublic/", photo_edits.MakePublicView.as_view()),
    path("api/photosedit/setdeleted/", photo_edits.SetDeletedView.as_view()),
    path("api/photosedit/delete/", photo_edits.DeleteView.as_view()),
    path("api/photosedit/share/", photo_edits.ShareView.as_view()),
    # Captions
    path("api/photos/<hash:image_hash>/captions/", captions.PhotoCaptionsView.as_view()),
    path("api/photos/<hash:image_hash>/captions/<int:caption_id>/", captions.PhotoCaptionView.as_view()),
    path("api/photos/<hash:image_hash>/captions/<int:caption_id>/attention/", captions.CaptionAttentionView.as_view()),
    path("api/captions/draft/", captions.DraftManyView.as_view()),
    path("api/captions/stats/", caption_stats.CaptionStatsView.as_view()),
    path("api/photosedit/savecaption/", captions.SaveCaptionView.as_view()),
    path("api/photosedit/generateim2txt/", captions.GenerateCaptionView.as_view()),
    # Files in and out
    path("api/exists/<text:image_hash>", uploads.ExistsWithoutSlashView.as_view()),
    path("api/exists/<text:image_hash>/", uploads.ExistsView.as_view()),
    path("api/upload/", uploads.UploadView.as_view()),
    path("api/upload/complete/", uploads.UploadCompleteView.as_view()),
    path("api/scanphotos/", scan.ScanView.as_view()),
    path("api/fullscanphotos/", scan.FullScanView.as_view()),
    re_path(r"^media/faces/(?P<file_name>[^/]+)$", faces.FaceMediaView.as_view()),
    re_path(
        rf"^media/(?P<kind>{media.KIND_PATTERN})/(?P<image_hash>{TextConverter.regex})$", media.MediaView.as_view()
    ),
    # Jobs, and the server itself
    path("api/rqavailable/", jobs.QueueView.as_view()),
    path("api/jobs/", jobs.JobListView.as_view()),
    path("api/jobs/<int:job_pk>/", jobs.JobView.as_view()),
    path("api/jobs/<int:job_pk>/cancel/", jobs.JobCancelView.as_view()),
    path("api/imagetag", server.ImageTagView.as_view()),
    path("api/storagestats", server.StorageView.as_view()),
    path("api/serverstats", server.ServerFactsView.as_view()),
    path("api/stats/", server.LibraryCountsView.as_view()),
    path("api/dirtree/", server.FolderTreeView.as_view()),
    path("api/timezones/", server.TimeZonesView.as_view()),
    path("api/predefinedrules/", server.TimeRulesView.as_view()),
    # Models and their services
    path("api/models/", models.ModelListView.as_view()),
    path("api/models/<text:model_id>/", models.ModelView.as_view()),
    path("api/models/<text:model_id>/download/", models.ModelDownloadView.as_view()),
    path("api/models/<text:model_id>/verify/", models.ModelVerifyView.as_view()),
    path("api/services/", models.ServiceListView.as_view()),
    # The schema of all this
    path("api/schema/", SpectacularAPIView.as_view()),
]
