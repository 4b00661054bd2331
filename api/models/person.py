"""Somebody on the photos of one owner."""

from django.conf import settings
from django.db import models


class Person(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="persons")
    name = models.CharField(max_length=128)
    cover_photo = models.ForeignKey("api.Photo", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="person_one_per_name")]

    def __str__(self) -> str:
        return self.name
