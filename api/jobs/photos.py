"""Queue entry points that bring files in, called by their dotted names."""

import logging

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from api.actions.photo_ingest import photo_ingest, photo_ingest_failed
from api.actions.photo_learn import texts_forget
from api.actions.photo_previews import photo_previews
from api.lib.start_lock import wait_for_database
from api.models import User
from api.selectors.users import llm_settings_of

logger = logging.getLogger(__name__)
DATABASE_AWAY = (OperationalError, InterfaceError)


def ingest(image_hash: str, replaced: str | None = None) -> str:
    """Read one photo and return the outcome, which the queue keeps; `replaced` is the photo whose file it was."""
    return _ingest(image_hash, again=False, replaced=replaced)


def reread(image_hash: str) -> str:
    """Read one photo anew, also when it has been read."""
    return _ingest(image_hash, again=True)


def forget_texts(user_id: int) -> str:
    """Forget what was read in the pictures of somebody who does not allow it any more."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or llm_settings_of(user)["add_text"]:
        return "not wanted any more"
    return f"{texts_forget(user=user)} forgotten"


def previews(image_hash: str) -> str:
    """Make the previews that a photo lacks; returns the outcome, which the queue keeps."""
    return photo_previews(image_hash=image_hash)


def _ingest(image_hash: str, *, again: bool, replaced: str | None = None) -> str:
    try:
        return _read(image_hash, again=again, replaced=replaced)
    except DATABASE_AWAY as error:
        logger.warning("photo %s: the database went away and is waited for: %s", image_hash, error)
    connection.close()
    wait_for_database(wait_s=settings.DATABASE_WAIT_S)
    return _read(image_hash, again=again, replaced=replaced)


def _read(image_hash: str, *, again: bool, replaced: str | None) -> str:
    try:
        return str(photo_ingest(image_hash=image_hash, again=again, replaced=replaced))
    except (OSError, *DATABASE_AWAY):
        # The disk or the database, not the picture; it stays "being read" and `api.jobs.maintenance` queues it again.
        raise
    except MemoryError:
        photo_ingest_failed(image_hash=image_hash, problem="The picture needs more memory than there is.")
        raise
    except BaseException:
        # Also the queue's time-out, which is no Exception. Nothing may leave a photo "being read" for ever.
        photo_ingest_failed(image_hash=image_hash, problem="The file could not be read; the worker's log says why.")
        logger.exception("photo %s could not be read", image_hash)
        raise
