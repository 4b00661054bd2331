"""What the server is, holds and has room for."""

import os
import platform
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q

from api.errors import NotFoundError
from api.lib.anonymous import without_names
from api.lib.folders import Folder, folder_inside, folder_with_children
from api.models import AlbumDate, AlbumUser, Caption, Face, Job, Person, Photo, User
from api.models.photo import PhotoState
from api.selectors.models import service_healths


def storage() -> dict[str, int]:
    """Return bytes of the disk that photos are kept on."""
    folder = Path(settings.PHOTOS_DIR)
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return {"used_storage": usage.used, "total_storage": usage.total, "free_storage": usage.free}


def library_counts(user: User) -> dict[str, int]:
    """Return how much of everything the user has."""
    own = Photo.objects.of(user)
    faces = Face.objects.filter(photo__owner=user).aggregate(
        all=Count("pk"), named=Count("pk", filter=Q(person__isnull=False))
    )
    return {
        "num_photos": own.visible().count(),
        "num_missing_photos": own.filter(state=PhotoState.MISSING).count(),
        "num_faces": faces["all"],
        "num_people": Person.objects.filter(owner=user).count(),
        "num_unknown_faces": faces["all"] - faces["named"],
        "num_labeled_faces": faces["named"],
        "num_inferred_faces": 0,
        "num_albumauto": 0,
        "num_albumdate": AlbumDate.objects.filter(owner=user, photos__removed=False).distinct().count(),
        "num_albumuser": AlbumUser.objects.filter(owner=user).count(),
    }


def server_facts() -> dict[str, Any]:
    """Return what helps to understand a report of a fault; no names and no texts of anybody. Asks the services.

    Strangers may read it, so it names no folder of this machine and no model outside its list.
    """
    return {
        "version": settings.VERSION,
        "image_tag": settings.IMAGE_TAG,
        "git_hash": settings.GIT_HASH,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpu_count": os.cpu_count(),
        "database": connection.vendor,
        "storage": storage(),
        "users": User.objects.count(),
        "photos": _by("state", Photo),
        "captions": _by("state", Caption),
        "jobs": _by("state", Job),
        "services": [_service(name, health, why) for name, (health, why) in service_healths().items()],
    }


def _service(name: str, health: dict[str, Any] | None, why: str) -> dict[str, Any]:
    """Return how a model service is and what it computes with; the most frequent question is why not CUDA."""
    known = health or {}
    return {
        "name": name,
        "state": str(known.get("state", "unreachable")),
        "why": _anonymous(known.get("why") or why),
        "device": str(known.get("device") or ""),
        "provider": str(known.get("provider") or ""),
        "gpu": str((known.get("gpu") or {}).get("name", "")),
        "why_not_cuda": _anonymous(known.get("why_not_cuda")),
    }


def _anonymous(sentence: Any) -> str:
    folders = (settings.BASE_DIR, settings.DATA_DIR, settings.PHOTOS_DIR, settings.MEDIA_DIR, settings.MODELS_DIR)
    return without_names(str(sentence or ""), folders=folders, public=settings.MODEL_REGISTRY.by_id)


def folder_tree(text: str) -> Folder:
    """Return a folder inside PHOTOS_DIR with its children; an empty text is the root. Raises NotFoundError."""
    folder = folder_inside(Path(settings.PHOTOS_DIR), text)
    if folder is None:
        raise NotFoundError(f"There is no such folder inside {settings.PHOTOS_DIR}.")
    return folder_with_children(folder)


def _by(field: str, model: Any) -> dict[str, int]:
    return dict(model.objects.order_by().values_list(field).annotate(count=Count("*")))
