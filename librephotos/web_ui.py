"""The one page of the web UI; its files are served by WhiteNoise (or nginx)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from api.lib.base_path import base_path


def web_ui(request: HttpRequest) -> HttpResponse:
    """Return the built index.html, never cached, so that an upgrade shows at the next reload."""
    try:
        page = (settings.FRONTEND_DIR / "index.html").read_bytes()
    except FileNotFoundError:
        return HttpResponse(
            "The web UI is not built. Run `make frontend` and reload; the API under /api/ works without it.\n",
            content_type="text/plain; charset=utf-8",
            status=503,
        )
    # The build names its files from "./", since it cannot know where it will be published.
    page = page.replace(b'="./', f'="{base_path(request)}/'.encode())
    return HttpResponse(page, headers={"Cache-Control": "no-cache", "Vary": "X-Forwarded-Prefix"})
