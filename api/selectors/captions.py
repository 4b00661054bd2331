"""What is in the ledger of a photo."""

from typing import Any

from api.models import Caption, Photo, User
from api.models.caption import CaptionState
from api.selectors.one import one_of


def photo_of(user: User, image_hash: str) -> Photo:
    """Return the user's own photo. Raises NotFoundError, also for what is somebody else's or was removed."""
    return one_of(Photo.objects.of(user).filter(image_hash=image_hash, removed=False))


def caption_of(user: User, image_hash: str, caption_id: int) -> Caption:
    """Return a ledger row of the user's own photo. Raises NotFoundError."""
    rows = Caption.objects.of(user).select_related("author", "photo")
    return one_of(rows.filter(pk=caption_id, photo_id=image_hash, photo__removed=False))


def caption_list(photo: Photo) -> list[Caption]:
    """Return every row of the photo, newest first."""
    return list(photo.captions.select_related("author"))


def caption_current(photo: Photo) -> Caption | None:
    """Return the photo's caption; None when nobody has decided yet (an empty text is a decision)."""
    return photo.captions.select_related("author").filter(state=CaptionState.ACCEPTED).first()


def captions_json(photo: Photo) -> dict[str, Any]:
    """Return LibrePhotos' `captions_json`: `im2txt` is the newest draft, `user_caption` the person's caption."""
    draft, current = "", None
    for row in photo.captions.all():  # newest first; prefetched where lists are built
        if row.state == CaptionState.DRAFT and row.author_id is None:
            draft = draft or row.text
        elif row.state == CaptionState.ACCEPTED:
            current = row.text
    places: dict[str, list[str]] = {"attributes": [], "categories": [], "environment": []}
    return {"im2txt": draft, "user_caption": current, "places365": places}
