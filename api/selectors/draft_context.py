"""What the library knows of a photo, and what its owner wants said of it."""

from api.lib.captioning.context import Context, Wishes
from api.lib.captioning.people import PersonOnPhoto
from api.lib.captioning.places import place_at
from api.models import Photo


def draft_context(photo: Photo, *, language: str) -> Context:
    """Return what may be said of the photo; `language` is the captioner's."""
    faces = list(photo.faces.select_related("person"))
    located = photo.gps_lat is not None and photo.gps_lon is not None
    return Context(
        language=language,
        people=tuple(PersonOnPhoto(face.person.name, face.left) for face in faces if face.person is not None),
        unnamed_faces=sum(face.person is None for face in faces),
        place=place_at(photo.gps_lat, photo.gps_lon, language=language) if located else None,
        taken_on=photo.taken_at.date() if photo.taken_at else None,
        tags=tuple(photo.keywords),
    )


def draft_wishes(photo: Photo) -> Wishes:
    """Return the owner's choices; they are LibrePhotos' switches of the settings page."""
    chosen = photo.owner.llm_settings
    return Wishes(names=bool(chosen.get("add_person", True)), place=bool(chosen.get("add_location", True)))
