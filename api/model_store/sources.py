"""Where a model's files come from, and which hash they must have."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from api.model_registry import ModelEntry, ModelFile
from api.model_store.errors import UnverifiableError
from api.model_store.hashes import Expected
from api.model_store.http import ask

HUB = "https://huggingface.co"
SUMS = "SHA256SUMS"
MAX_REDIRECTS = 5

_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_SHA1 = re.compile(r"[0-9a-f]{40}")
_HUB_PATH = re.compile(r"/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)")


@dataclass(frozen=True, slots=True)
class Sources:
    """hub: base address in place of huggingface.co. mirror: when set, everything comes from `<mirror>/<id>/<path>`
    and nothing from anywhere else; its `<mirror>/<id>/SHA256SUMS` stands in for the hub's hashes.
    """

    hub: str = HUB
    mirror: str = ""

    def address(self, model: ModelEntry, file: ModelFile) -> str:
        if self.mirror:
            return f"{self.mirror}/{model.id}/{quote(file.path)}"
        if file.url.startswith(f"{HUB}/"):
            return self.hub + file.url.removeprefix(HUB)
        return file.url


def expected_content(
    session: requests.Session, sources: Sources, model: ModelEntry, file: ModelFile, *, sleep: Callable[[float], None]
) -> Expected:
    """Return which content the file must have.

    The registry's hash if it has one, else what the hub (or the mirror's SHA256SUMS) says now. Raises UnverifiableError
    when nobody says, DownloadError when the source cannot be asked.
    """
    if file.sha256:
        return Expected("sha256", file.sha256, file.size_bytes, "registry")
    if sources.mirror:
        found = _from_sums(session, f"{sources.mirror}/{model.id}/{SUMS}", file, sleep)
    elif file.url.startswith(f"{HUB}/"):
        found = _from_hub(session, sources, model, file, sleep)
    else:
        found = None
    if found is None:
        raise UnverifiableError(
            f"Nobody says which hash {file.path} of {model.label} must have, so it is not downloaded. Fetch it from "
            f"{file.url} yourself and install it with `manage.py models import`."
        )
    return found


def _from_sums(session: requests.Session, url: str, file: ModelFile, sleep: Callable[[float], None]) -> Expected | None:
    response = ask(session, "GET", url, sleep=sleep, missing_ok=True)
    for line in response.text.splitlines() if response.ok else ():
        digest, _, name = line.partition(" ")
        # The second character before a name is "*" for what sha256sum calls binary mode.
        if name.lstrip(" *").removeprefix("./") == file.path and _SHA256.fullmatch(digest.lower()):
            return Expected("sha256", digest.lower(), file.size_bytes, "mirror")
    return None


def _from_hub(
    session: requests.Session, sources: Sources, model: ModelEntry, file: ModelFile, sleep: Callable[[float], None]
) -> Expected | None:
    """Ask the hub itself: its first answer carries the hash, the storage that it redirects to may not."""
    url = sources.address(model, file)
    host = urlsplit(url).netloc
    for hop in range(MAX_REDIRECTS):
        response = ask(session, "HEAD", url, sleep=sleep, missing_ok=hop > 0)
        found = _from_headers(response.headers, file)
        if found is not None:
            return found
        target = urljoin(url, response.headers.get("Location", ""))
        # A renamed repository redirects within the hub; what another host says about hashes does not count.
        if not response.is_redirect or urlsplit(target).netloc != host:
            break
        url = target
    return _from_tree(session, sources, file, sleep)


def _from_headers(headers: Any, file: ModelFile) -> Expected | None:
    etag = str(headers.get("X-Linked-Etag") or headers.get("ETag") or "").removeprefix("W/").strip('"').lower()
    size = str(headers.get("X-Linked-Size") or headers.get("Content-Length") or "")
    # A redirect's own Content-Length is that of its short text.
    redirects = "Location" in headers and "X-Linked-Size" not in headers
    size_bytes = file.size_bytes if redirects or not size.isdigit() else int(size)
    if _SHA256.fullmatch(etag):
        return Expected("sha256", etag, size_bytes, "hub")
    if _GIT_SHA1.fullmatch(etag):
        return Expected("git-sha1", etag, size_bytes, "hub")
    return None


def _from_tree(
    session: requests.Session, sources: Sources, file: ModelFile, sleep: Callable[[float], None]
) -> Expected | None:
    match = _HUB_PATH.fullmatch(urlsplit(file.url).path)
    if match is None:
        return None
    folder = match["path"].rpartition("/")[0]
    url = f"{sources.hub}/api/models/{match['repo']}/tree/{match['revision']}{'/' if folder else ''}{folder}"
    response = ask(session, "GET", url, sleep=sleep, missing_ok=True)
    try:
        entries = response.json() if response.ok else []
    except requests.JSONDecodeError:
        return None
    for entry in entries:
        if entry.get("path") != match["path"]:
            continue
        large = entry.get("lfs")
        if large:
            return Expected("sha256", str(large["oid"]).removeprefix("sha256:"), int(large["size"]), "hub")
        return Expected("git-sha1", str(entry["oid"]), int(entry["size"]), "hub")
    return None
