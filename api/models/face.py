"""One face, or one mention of a person, on a photo."""

from django.db import models


class Face(models.Model):
    """Box in fractions of the upright picture (0..1, origin top left); all null when only the name is known."""

    photo = models.ForeignKey("api.Photo", on_delete=models.CASCADE, related_name="faces")
    person = models.ForeignKey("api.Person", on_delete=models.CASCADE, null=True, blank=True, related_name="faces")
    left = models.FloatField(null=True, blank=True)
    top = models.FloatField(null=True, blank=True)
    width = models.FloatField(null=True, blank=True)
    height = models.FloatField(null=True, blank=True)

    def __str__(self) -> str:
        return f"face {self.pk} on {self.photo_id}"
