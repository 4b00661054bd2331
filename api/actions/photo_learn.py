"""Learn what is known of a photo only by asking: the text in it, and the name of its place. Each only if allowed.

Whatever fails here is left unknown: a draft does not wait for it, and the next one asks again.
"""

import logging

from django.conf import settings
from django.core.cache import cache

from api.actions.model_use import Check, model_use
from api.actions.search_index import photo_index
from api.clients.place_names import PROVIDERS, place_names_ask
from api.clients.read import read_image
from api.errors import DomainError
from api.lib.turns import nothing
from api.model_registry import ModelEntry, is_off
from api.models import Photo, PlaceLookup, User
from api.selectors.pictures import picture_for_models
from api.selectors.place_names import place_provider, rounded
from api.selectors.site_settings import site_setting
from api.selectors.users import llm_settings_of

logger = logging.getLogger(__name__)
MIN_CONFIDENCE = 0.8
"""Higher than the services' own: a wrong word would be said of the photo."""
LONGEST_TEXT = 1_000  # characters
CALM_AFTER_FAILURE_S = 300
CALM_KEY = "place_names_failed"


def place_learn(*, photo: Photo, language: str) -> None:
    """Have the names of the photo's place looked up in a language, where the owner and the server allow it."""
    if photo.gps_lat is None or photo.gps_lon is None or not place_provider():
        return
    if llm_settings_of(photo.owner)["add_location"]:
        place_look_up(photo.gps_lat, photo.gps_lon, language=language)


def text_learn(*, photo: Photo, check: Check = nothing) -> None:
    """Keep the lines of text in the picture, and find the photo by them, where the owner and the server allow it.

    Once for each model and revision. Takes seconds, so it comes after what does not need it. Raises what `check` does.
    """
    model = _reader()
    if model is None or photo.text_read_by == _signature(model) or not llm_settings_of(photo.owner)["add_text"]:
        return
    try:
        picture = picture_for_models(photo)
        with model_use(model, check=check) as use:
            lines = read_image(picture, use=use, min_confidence=MIN_CONFIDENCE, check=check)
    except DomainError as error:
        logger.info("photo %s was not read: %s", photo.pk, error.detail)
        return
    text = "\n".join(lines).replace("\x00", "")[:LONGEST_TEXT]
    photo.text_in_picture, photo.text_read_by = text, _signature(model)
    photo.save(update_fields=["text_in_picture", "text_read_by"])
    if text:
        photo_index(photo=photo)


def texts_forget(*, user: User) -> int:
    """Forget what was read in somebody's photos, and do not find them by it any more. Returns how many had text."""
    photos = Photo.objects.of(user).exclude(text_read_by="")
    count = 0
    for photo in photos.exclude(text_in_picture="").iterator():
        photo.text_in_picture = ""
        photo.save(update_fields=["text_in_picture"])
        photo_index(photo=photo)
        count += 1
    photos.update(text_read_by="")
    return count


def place_look_up(latitude: float, longitude: float, *, language: str) -> None:
    """Ask the provider that is switched on, if any, and keep its answer; after a failure it is left in peace."""
    provider = place_provider()
    position = rounded(latitude, longitude)
    if provider not in PROVIDERS or cache.get(CALM_KEY):
        return
    if PlaceLookup.objects.filter(provider=provider, position=position, language=language).exists():
        return
    asked_lat, asked_lon = map(float, position.split(","))
    try:
        answer = place_names_ask(
            asked_lat,
            asked_lon,
            provider=provider,
            url=str(site_setting("MAP_API_URL")),
            key=str(site_setting("MAP_API_KEY")),
            language=language,
        )
    except DomainError as error:
        logger.warning("%s Not asked again for %d s.", error.detail, CALM_AFTER_FAILURE_S)
        cache.set(CALM_KEY, True, CALM_AFTER_FAILURE_S)
        return
    # Two drafts at once may have asked the same.
    PlaceLookup.objects.update_or_create(
        provider=provider, position=position, language=language, defaults={"answer": answer}
    )


def _reader() -> ModelEntry | None:
    chosen = str(site_setting("OCR_MODEL"))
    return None if is_off(chosen) else settings.MODEL_REGISTRY.get(chosen)


def _signature(model: ModelEntry) -> str:
    return f"{model.id} {model.revision}"
