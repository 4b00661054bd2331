"""Who is who in the tests: `owner` owns, `friend` is another user, `admin` administers, `stranger` owns nothing."""

from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from api.models import User
from tests.llm import Writer, running_writer, use_llm
from tests.processes import model_service

# The first example reads dictionaries, and a busy machine takes its time.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_configure() -> None:
    # The real hasher is slow on purpose; tests make hundreds of accounts.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Those of somebody who runs the product on this machine, or tests it, are not ours.
    settings.SERVICE_URLS = dict.fromkeys(settings.SERVICE_URLS, "http://127.0.0.1:9")


@pytest.fixture(autouse=True)
def _no_throttle_left() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _previews_of_its_own(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Photos of different tests may have the same hash."""
    settings.MEDIA_DIR = tmp_path_factory.mktemp("media")


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("owner", "owner@example.org", "correct horse")


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("stranger", "stranger@example.org", "correct horse")


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("admin", "admin@example.org", "correct horse")


def client_for(user: User) -> APIClient:
    """A client that sends a real bearer token of `user`."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {RefreshToken.for_user(user).access_token}")
    return client


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient()


@pytest.fixture
def owner_client(owner: User) -> APIClient:
    return client_for(owner)


@pytest.fixture
def stranger_client(stranger: User) -> APIClient:
    return client_for(stranger)


@pytest.fixture
def root_client(admin: User) -> APIClient:
    return client_for(admin)


@pytest.fixture(scope="session")
def im2txt_url() -> Iterator[str]:
    """The real captioner with the bundled model, started once for all tests that draft."""
    with model_service("im2txt") as url:
        yield url


@pytest.fixture(scope="session")
def clip_score_url() -> Iterator[str]:
    """The real scorer with the bundled model."""
    with model_service("clip_score") as url:
        yield url


@pytest.fixture(scope="session")
def llm_writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """A real service whose language model writes what it is told to, started once for all tests that rewrite."""
    with running_writer(tmp_path_factory.mktemp("llm")) as writer:
        yield writer


@pytest.fixture
def writer(llm_writer: Writer, settings: Settings) -> Writer:
    """Points the API at that service. No scorer, unless a test asks for one: nothing may depend on what else runs."""
    use_llm(settings, llm_writer.service.url)
    settings.SITE_SETTING_OVERRIDES = {**settings.SITE_SETTING_OVERRIDES, "CLIP_MODEL": "none"}
    llm_writer.say()
    return llm_writer


@pytest.fixture
def scorer(clip_score_url: str, settings: Settings) -> str:
    """Points the API at the real scorer."""
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "clip_score": clip_score_url}
    return clip_score_url


@pytest.fixture
def captioner(im2txt_url: str, settings: Settings) -> str:  # noqa: F811 - the fixture, not the module
    """Points the API at the real captioner."""
    settings.SERVICE_URLS = {**settings.SERVICE_URLS, "im2txt": im2txt_url}
    return im2txt_url
