"""What the library knows of a photo, and what its owner wants said of it."""

from api.lib.captioning.context import Context, Wishes
from api.lib.captioning.people import PersonOnPhoto
from api.lib.captioning.places import Place, place_at
from api.models import Photo


def draft_context(photo: Photo, *, language: str) -> Context:
    """Return what may be said of the photo; `language` is the captioner's."""
    faces = list(photo.faces.select_related("person"))
    return Context(
        language=language,
        people=tuple(PersonOnPhoto(face.person.name, face.left) for face in faces if face.person is not None),
        unnamed_faces=sum(face.person is None for face in faces),
        place=_place(photo, language),
        taken_on=photo.taken_at.date() if photo.taken_at else None,
        tags=tuple(photo.keywords),
    )


def _place(photo: Photo, language: str) -> Place | None:
    if photo.gps_lat is None or photo.gps_lon is None:
        return None
    return place_at(photo.gps_lat, photo.gps_lon, language=language)


def draft_wishes(photo: Photo) -> Wishes:
    """Return the owner's choices; they are LibrePhotos' switches of the settings page."""
    chosen = photo.owner.llm_settings
    return Wishes(names=bool(chosen.get("add_person", True)), place=bool(chosen.get("add_location", True)))
