"""LibrePhotos' doors to faces: counts, lists, naming, removing, and the pictures of faces."""

import io

import pytest
from django.conf import settings
from PIL import Image
from rest_framework.test import APIClient

from api.actions.photo_files import photo_files_remove
from api.lib.face_crops import face_crop_path, face_url
from api.lib.thumbnails import write_thumbnails
from api.models import Face, Job, Person, Photo, User
from tests.contracts.check import assert_error, assert_web
from tests.factories import make_photo, make_picture_photo

pytestmark = pytest.mark.django_db
BOX = {"left": 0.4, "top": 0.1, "width": 0.2, "height": 0.3}


def add_face(photo: Photo, name: str = "", *, box: bool = True) -> Face:
    person = Person.objects.get_or_create(owner=photo.owner, name=name)[0] if name else None
    return Face.objects.create(photo=photo, person=person, **(BOX if box else {}))


def test_counts(owner: User, owner_client: APIClient) -> None:
    for name in ("Ben", "Ana", "Ana", ""):
        add_face(make_photo(owner, name=f"of {name} {Photo.objects.count()}"), name)
    add_face(make_photo(owner, name="hidden", hidden=True), "Cleo")
    body = owner_client.get("/api/faces/incomplete/?inferred=false").json()
    assert_web("faces_incomplete", body)
    assert [(row["name"], row["kind"], row["face_count"]) for row in body] == [
        ("Ana", "USER", 2),
        ("Ben", "USER", 1),
        ("Unknown - Other", "UNKNOWN", 1),
    ]
    assert owner_client.get("/api/faces/incomplete/?inferred=true").json() == []


def test_list(owner: User, owner_client: APIClient, stranger_client: APIClient) -> None:
    photo = make_photo(owner)
    ana, nobody = add_face(photo, "Ana"), add_face(photo)
    assert ana.person is not None
    path = f"/api/faces/?person={ana.person.pk}&page=1&inferred=false&order_by=date"
    body = owner_client.get(path).json()
    assert_web("faces_list", body)
    assert [(row["id"], row["image"], row["photo"]) for row in body["results"]] == [
        (ana.pk, face_url(photo.pk, ana.pk), photo.pk)
    ]
    unnamed = owner_client.get("/api/faces/?person=0&page=1&inferred=false&order_by=confidence").json()
    assert_web("faces_list", unnamed)
    assert [row["id"] for row in unnamed["results"]] == [nobody.pk]
    assert stranger_client.get(path).json()["results"] == []
    assert owner_client.get("/api/faces/?person=0&inferred=true").json()["results"] == []
    for query in ("person=x", "person=-1", f"person={10**30}", "order_by=beauty"):
        assert owner_client.get(f"/api/faces/?{query}").status_code == 400


def test_list_in_pages(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    Face.objects.bulk_create([Face(photo=photo, **BOX) for _ in range(105)])
    pages = [owner_client.get(f"/api/faces/?person=0&page={page}").json()["results"] for page in (1, 2)]
    assert [len(page) for page in pages] == [100, 5]
    assert len({row["id"] for page in pages for row in page}) == 105


def test_naming(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    face, mention = add_face(photo), add_face(photo, "Ana", box=False)
    before = photo.last_modified
    body = owner_client.post("/api/labelfaces", {"person_name": " Ana ", "face_ids": [face.pk, 10**9]}).json()
    assert_web("labelfaces", body)
    ana = Person.objects.get(owner=owner, name="Ana")
    assert [(row["id"], row["person"], row["person_name"]) for row in body["updated"]] == [(face.pk, ana.pk, "Ana")]
    assert body["status"] is True
    assert not Face.objects.filter(pk=mention.pk).exists()  # her face says it now
    photo.refresh_from_db()
    assert photo.last_modified > before


def test_taking_a_name_away(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    face, mention = add_face(photo, "Ana"), add_face(photo, "Ben", box=False)
    body = owner_client.post(
        "/api/labelfaces", {"person_name": "Unknown - Other", "face_ids": [face.pk, mention.pk]}
    ).json()
    assert_web("labelfaces", body)
    assert [row.person for row in photo.faces.all()] == [None]


@pytest.mark.parametrize("name", ["", "  ", "123", "Person 4", "\u200b", "a\0b"])
def test_what_is_no_name(owner: User, owner_client: APIClient, name: str) -> None:
    face = add_face(make_photo(owner), "Ana")
    answer = owner_client.post("/api/labelfaces", {"person_name": name, "face_ids": [face.pk]})
    assert answer.status_code == 400
    assert_error(answer.json())
    assert Person.objects.count() == 1


def test_removing(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    face, kept = add_face(photo, "Ana"), add_face(photo, "Ben")
    body = owner_client.post("/api/deletefaces", {"face_ids": [face.pk, 10**9]}).json()
    assert_web("deletefaces", body)
    assert body["deleted"] == body["results"] == [face_url(photo.pk, face.pk)]
    assert [row.pk for row in photo.faces.all()] == [kept.pk]


@pytest.mark.parametrize("path", ["/api/labelfaces", "/api/deletefaces"])
def test_faces_of_others_are_left_out(owner: User, stranger_client: APIClient, path: str) -> None:
    face = add_face(make_photo(owner), "Ana")
    answer = stranger_client.post(path, {"face_ids": [face.pk], "person_name": "Mine"})
    assert (answer.status_code, answer.json()["results"]) == (200, [])
    face.refresh_from_db()
    assert face.person is not None and face.person.name == "Ana"
    assert Person.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"face_ids": "x"}, {"face_ids": ["x"]}, {"face_ids": [10**30]}])
def test_bad_bodies(owner_client: APIClient, body: object) -> None:
    for path in ("/api/labelfaces", "/api/deletefaces"):
        answer = owner_client.post(path, body)
        assert answer.status_code == 400
        assert_error(answer.json())


def test_what_this_server_does_not_do_says_so(owner: User, owner_client: APIClient) -> None:
    body = owner_client.post("/api/trainfaces").json()
    assert_web("trainfaces", body)
    assert owner_client.get("/api/scanfaces").status_code == 200
    kinds = [(job.get_kind_display(), job.state) for job in Job.objects.filter(started_by=owner).order_by("pk")]
    assert kinds == [("Train Faces", "done"), ("Scan Faces", "done")]
    assert "recognises no faces" in Job.objects.get(job_id=body["job_id"]).result["reason"]
    assert_web("jobs_list", owner_client.get("/api/jobs/?page_size=10&page=1").json())
    clusters = owner_client.get("/api/clusterfaces").json()
    assert_web("clusterfaces", clusters)
    assert clusters == []
    assert owner_client.get("/api/rqavailable/").json()["queue_can_accept_job"] is True


def test_picture_of_a_face(owner: User, owner_client: APIClient, stranger_client: APIClient) -> None:
    photo = make_picture_photo(owner)
    face = add_face(photo, "Ana")
    answer = owner_client.get(face_url(photo.pk, face.pk))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    with Image.open(io.BytesIO(answer.getvalue())) as picture:
        assert picture.width == picture.height <= 256
    path = face_crop_path(settings.MEDIA_DIR, photo.pk, face.pk)
    assert path.is_file()
    assert owner_client.get(face_url(photo.pk, face.pk)).status_code == 200
    assert stranger_client.get(face_url(photo.pk, face.pk)).status_code == 404
    photo_files_remove(paths=[], hashes=[photo.pk])
    assert not path.exists()


def test_picture_shows_the_face(owner: User, owner_client: APIClient) -> None:
    photo = make_photo(owner)
    picture = Image.new("RGB", (1000, 500), "blue")
    picture.paste("red", (800, 100, 900, 250))
    write_thumbnails(settings.MEDIA_DIR, photo.pk, picture)
    face = Face.objects.create(photo=photo, left=0.8, top=0.2, width=0.1, height=0.3)
    with Image.open(io.BytesIO(owner_client.get(face_url(photo.pk, face.pk)).getvalue())) as cut:
        middle, corner = cut.convert("RGB").getpixel((128, 128)), cut.convert("RGB").getpixel((5, 5))
    assert middle == pytest.approx((254, 0, 0), abs=40)
    assert corner == pytest.approx((0, 0, 254), abs=40)


def test_picture_of_somebody_without_a_box_and_of_nobody(owner: User, owner_client: APIClient) -> None:
    photo = make_picture_photo(owner)
    mention = add_face(photo, "Ana", box=False)
    assert owner_client.get(face_url(photo.pk, mention.pk)).status_code == 200
    bare = make_photo(owner, name="bare")
    for path in (
        face_url(bare.pk, add_face(bare).pk),
        face_url(bare.pk, mention.pk),
        face_url(photo.pk, 10**9),
        "/media/faces/x",
        f"/media/faces/{photo.pk}",
        f"/media/faces/{photo.pk}_1.jpg",
    ):
        answer = owner_client.get(path)
        assert answer.status_code == 404, path
        assert_error(answer.json(), code="not_found")


def test_a_public_photo_shows_its_faces(owner: User, anonymous: APIClient) -> None:
    photo = make_picture_photo(owner, public=True)
    face = add_face(photo, "Ana")
    assert anonymous.get(face_url(photo.pk, face.pk)).status_code == 200
    photo.change(hidden=True)
    assert anonymous.get(face_url(photo.pk, face.pk)).status_code == 404
