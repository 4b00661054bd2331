"""Everything the server answers: the API, media, the schema, and the web UI for every other address."""

from django.urls import include, path, re_path

from librephotos.web_ui import web_ui

urlpatterns = [
    path("", include("api.urls")),
    # Addresses of the web UI (/photos/…, /login …) are resolved in the browser; they all get the same page.
    re_path(r"^(?!api/|media/|assets/|static/).*$", web_ui),
]
