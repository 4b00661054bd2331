"""Albums that people put together themselves."""

from django.conf import settings
from django.db import models


class AlbumUser(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="albums_user")
    title = models.CharField(max_length=256)
    cover_photo = models.ForeignKey("api.Photo", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    photos = models.ManyToManyField("api.Photo", related_name="albums_user", blank=True)
    favorited = models.BooleanField(default=False)
    created_on = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "title"], name="album_user_one_per_title")]

    def __str__(self) -> str:
        return self.title
