"""What a photo is found by. The full-text index itself is made by a migration, in the terms of each database."""

from django.conf import settings
from django.db import models


class PhotoSearch(models.Model):
    """One row a photo, written by `api.actions.search_index` only.

    The texts are words as api.lib.search_words makes them, parted by single spaces, most telling field first. On
    SQLite triggers copy them into the FTS5 table `photo_search_fts`; on PostgreSQL they are the generated tsvector
    column `document`. `owner` is the photo's, so that a search reads nobody else's rows.
    """

    photo = models.OneToOneField("api.Photo", on_delete=models.CASCADE, related_name="search")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveSmallIntegerField(db_index=True, help_text="Of the rules by which the words were made.")
    caption = models.TextField(help_text="The accepted caption.")
    subjects = models.TextField(help_text="Hashtags, keywords, people, place.")
    file = models.TextField(help_text="File name, camera, lens, date.")
    drafts = models.TextField(help_text="Open drafts; empty once the person decided on a caption.")

    def __str__(self) -> str:
        return f"search words of {self.photo_id}"
