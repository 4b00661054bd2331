"""What an upload needs to know beforehand."""

from api.models import Photo, User


def photo_exists(*, user: User, image_hash: str) -> bool:
    """Whether the user has this photo; one that was removed for good, or whose file is gone, may be sent again."""
    return Photo.objects.filter(owner=user, pk=image_hash, removed=False).exists()
