"""Albums are made, joined, left and removed as captions change."""

import pytest

from api.actions.hashtags import hashtags_sync
from api.models import AlbumThing, User
from api.models.album_thing import HASHTAG
from tests.factories import make_photo

pytestmark = pytest.mark.django_db


def titles(user: User) -> set[str]:
    return set(AlbumThing.objects.filter(owner=user).values_list("title", flat=True))


def test_albums_follow_the_text(owner: User) -> None:
    photo = make_photo(owner)
    hashtags_sync(photo=photo, text="A #Dog in the #snow")
    assert titles(owner) == {"Dog", "snow"}
    hashtags_sync(photo=photo, text="A #dog at the #sea")
    assert titles(owner) == {"Dog", "sea"}
    hashtags_sync(photo=photo, text="")
    assert titles(owner) == set()


def test_an_album_stays_while_another_photo_is_in_it(owner: User) -> None:
    first, second = make_photo(owner, name="a"), make_photo(owner, name="b")
    hashtags_sync(photo=first, text="#dog")
    hashtags_sync(photo=second, text="#DOG")
    hashtags_sync(photo=first, text="no more")
    album = AlbumThing.objects.get()
    assert (album.title, album.thing_type, list(album.photos.all())) == ("dog", HASHTAG, [second])


def test_saying_it_twice_changes_nothing(owner: User) -> None:
    photo = make_photo(owner)
    hashtags_sync(photo=photo, text="#dog")
    album = AlbumThing.objects.get()
    hashtags_sync(photo=photo, text="#dog #dog")
    assert AlbumThing.objects.get() == album


def test_cat_is_not_cats(owner: User) -> None:
    first, second = make_photo(owner, name="a"), make_photo(owner, name="b")
    hashtags_sync(photo=first, text="#cat")
    hashtags_sync(photo=second, text="#cats")
    assert [album.photos.count() for album in AlbumThing.objects.all()] == [1, 1]


def test_everyone_has_albums_of_their_own(owner: User, stranger: User) -> None:
    hashtags_sync(photo=make_photo(owner), text="#dog")
    hashtags_sync(photo=make_photo(stranger), text="#dog")
    assert titles(owner) == titles(stranger) == {"dog"}
    assert AlbumThing.objects.count() == 2


def test_other_kinds_of_albums_are_left_alone(owner: User) -> None:
    photo = make_photo(owner)
    scene = AlbumThing.objects.create(owner=owner, title="dog", key="dog", thing_type="scene")
    scene.photos.add(photo)
    hashtags_sync(photo=photo, text="")
    assert list(scene.photos.all()) == [photo]


def test_the_longest_key_fits(owner: User) -> None:
    hashtags_sync(photo=make_photo(owner), text="#" + "ΐ" * 80)
    assert AlbumThing.objects.get().title == "ΐ" * 80
