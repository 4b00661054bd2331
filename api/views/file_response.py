"""Files as answers: by Django itself with ranges, or by the nginx in front of it.

With MEDIA_SENDER=nginx the answer is empty and names the file, and nginx needs one mapping, with the photo folders
mounted for it under the same paths as for the api:

    location /protected/ { internal; alias /; }
"""

from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from api.errors import NotFoundError
from api.exception_handler import error_body
from api.lib.files import open_regular
from api.lib.ranges import RangeNotSatisfiableError, parse_range
from api.selectors.media import MediaFile

BLOCK_BYTES = 256 * 1024
INLINE_TYPES = ("image/", "video/")
NEVER_INLINE = frozenset({"image/svg+xml"})
CACHE = "private, max-age=31536000, immutable"
"""An address holds the hash of the bytes, so what is behind it never changes. Private: no proxy may keep it."""


def file_response(request: HttpRequest, media: MediaFile) -> HttpResponseBase:
    """Answer GET and HEAD with the file, 206 or 416 to a range, 304 when the client has it. Raises NotFoundError."""
    if settings.MEDIA_SENDER == "nginx":
        response: HttpResponseBase = HttpResponse(content_type=_mime_type(media))
        response["X-Accel-Redirect"] = "/protected" + quote(str(media.path))
        return _with_headers(response, media)
    try:
        status = media.path.stat()
        etag = f'"{status.st_size:x}-{status.st_mtime_ns:x}"'
        if etag in request.headers.get("If-None-Match", ""):
            response = HttpResponse(status=304)
        else:
            response = _bytes(request, media, status.st_size, etag)
    except OSError as error:
        raise NotFoundError from error
    response["ETag"] = etag
    response["Last-Modified"] = formatdate(status.st_mtime, usegmt=True)
    response["Accept-Ranges"] = "bytes"
    return _with_headers(response, media)


def _bytes(request: HttpRequest, media: MediaFile, size: int, etag: str) -> HttpResponseBase:
    part: tuple[int, int] | None = None
    if request.headers.get("If-Range", etag) == etag:
        try:
            part = parse_range(request.headers.get("Range", ""), size)
        except RangeNotSatisfiableError:
            body = error_body("range_not_satisfiable", f"The file has {size} bytes.")
            return JsonResponse(body, status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=_mime_type(media))
    elif part is None:
        response = FileResponse(open_regular(media.path), content_type=_mime_type(media))
    else:
        response = StreamingHttpResponse(_blocks(media.path, first, last), content_type=_mime_type(media))
    response["Content-Length"] = str(last - first + 1)
    if part is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _blocks(path: Path, first: int, last: int) -> Iterator[bytes]:
    with open_regular(path) as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (block := file.read(min(BLOCK_BYTES, left))):
            left -= len(block)
            yield block


def _mime_type(media: MediaFile) -> str:
    return media.mime_type or "application/octet-stream"


def _with_headers(response: HttpResponseBase, media: MediaFile) -> HttpResponseBase:
    if response.status_code >= 400:
        return response
    mime_type = _mime_type(media)
    inline = mime_type.startswith(INLINE_TYPES) and mime_type not in NEVER_INLINE
    disposition = content_disposition_header(not inline, media.name or "preview.webp")
    if disposition:
        response["Content-Disposition"] = disposition
    response["Cache-Control"] = CACHE
    response["X-Content-Type-Options"] = "nosniff"
    # Should a browser ever take a file for a page after all, it may run and load nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
