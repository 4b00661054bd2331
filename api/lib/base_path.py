"""Where the product lives on its host, when a reverse proxy publishes it below a path and strips that path."""

import re

from django.http import HttpRequest

# Also in docker/nginx.conf. It ends up in the page, so nothing passes that could leave an attribute or name a host.
_BASE_PATH = re.compile(r"((?:/[A-Za-z0-9._~-]+)+)/?")


def base_path(request: HttpRequest) -> str:
    """Return the path of X-Forwarded-Prefix without a slash at its end, such as "/photos"; "" at the root."""
    found = _BASE_PATH.fullmatch(request.headers.get("X-Forwarded-Prefix", ""))
    return found[1] if found else ""
