"""What the library knows of a photo, and what its owner wants said of it."""

from api.lib.captioning.chosen import taste_of, wishes_of
from api.lib.captioning.context import Context, Wishes
from api.lib.captioning.people import PersonOnPhoto
from api.lib.captioning.places import Place, place_at
from api.lib.captioning.taste import Taste
from api.models import Photo
from api.selectors.place_names import place_looked_up
from api.selectors.users import llm_settings_of


def draft_context(photo: Photo, *, language: str) -> Context:
    """Return what may be said of the photo; `language` is the captioner's."""
    faces = list(photo.faces.select_related("person"))
    return Context(
        language=language,
        people=tuple(PersonOnPhoto(face.person.name, face.left) for face in faces if face.person is not None),
        unnamed_faces=sum(face.person is None for face in faces),
        place=_place(photo, language),
        taken_on=photo.taken_at.date() if photo.taken_at else None,
        tags=_tags(photo),
        album=_album(photo),
        text_in_picture=photo.text_in_picture,
    )


def _tags(photo: Photo) -> tuple[str, ...]:
    """Return the keywords of the file and the hashtags of the person's caption, each once."""
    words = [str(word) for word in photo.keywords] + [album.title for album in photo.albums_thing.order_by("pk")]
    return tuple({word.casefold(): word for word in reversed(words)}.values())[::-1]


def _album(photo: Photo) -> str:
    """Return the title of the owner's first album with this photo; empty without one."""
    titles = photo.albums_user.filter(owner_id=photo.owner_id).order_by("pk").values_list("title", flat=True)
    return titles.first() or ""


def _place(photo: Photo, language: str) -> Place | None:
    if photo.gps_lat is None or photo.gps_lon is None:
        return None
    return place_looked_up(photo.gps_lat, photo.gps_lon, language=language) or place_at(
        photo.gps_lat, photo.gps_lon, language=language
    )


def draft_wishes(photo: Photo) -> Wishes:
    """Return which facts the owner wants said; LibrePhotos' switches of the settings page are among them."""
    return wishes_of(llm_settings_of(photo.owner))


def draft_taste(photo: Photo) -> Taste:
    """Return how the owner wants drafts said."""
    return taste_of(llm_settings_of(photo.owner))


def wants_rewriting(photo: Photo) -> bool:
    """Return whether the owner wants drafts rewritten without asking for it each time."""
    return bool(llm_settings_of(photo.owner)["enabled"])
