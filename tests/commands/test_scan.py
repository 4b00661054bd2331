"""manage.py scan USER."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from api.models import Photo, User
from api.models.photo import PhotoState
from tests.factories import image_bytes


def test_scan_reads_the_photos_without_a_worker(owner: User, tmp_path: Path) -> None:
    owner.scan_directory = str(tmp_path)
    owner.save()
    (tmp_path / "a.jpg").write_bytes(image_bytes())
    out = StringIO()
    call_command("scan", "Owner", stdout=out)
    assert "1 added" in out.getvalue()
    assert Photo.objects.get().state == PhotoState.READY


def test_refusals(owner: User) -> None:
    with pytest.raises(CommandError, match="no user nobody"):
        call_command("scan", "nobody")
    with pytest.raises(CommandError, match="No folder"):
        call_command("scan", "owner")
    owner.scan_directory = "/nowhere/at/all"
    owner.save()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("scan", "owner")
