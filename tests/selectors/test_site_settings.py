"""Environment wins over the administrator, the administrator over the default."""

from typing import Any

import pytest
from constance import config
from django.test.utils import CaptureQueriesContext

from api.model_registry import OFF
from api.selectors.site_settings import site_setting, site_setting_locked, site_settings_get

pytestmark = pytest.mark.django_db


def test_the_default_holds_until_somebody_chooses(settings: Any) -> None:
    assert site_setting("CAPTIONING_MODEL") == settings.MODEL_REGISTRY.default_id("caption")
    assert site_setting("ALLOW_UPLOAD") is True


def test_the_administrators_choice_holds() -> None:
    config.CAPTIONING_MODEL = OFF
    config.ALLOW_UPLOAD = False
    assert site_setting("CAPTIONING_MODEL") == OFF
    assert site_setting("ALLOW_UPLOAD") is False


def test_the_environment_wins(settings: Any) -> None:
    config.ALLOW_UPLOAD = False
    settings.SITE_SETTING_OVERRIDES = {"ALLOW_UPLOAD": True}
    assert site_setting("ALLOW_UPLOAD") is True
    assert site_setting_locked("ALLOW_UPLOAD")
    assert not site_setting_locked("SKIP_PATTERNS")


def test_a_model_that_left_the_registry_is_off() -> None:
    config.CAPTIONING_MODEL = "model-of-an-older-version"
    assert site_setting("CAPTIONING_MODEL") == OFF


def test_reading_all_is_one_query_and_writes_nothing(django_assert_num_queries: Any, settings: Any) -> None:
    captured: CaptureQueriesContext
    with django_assert_num_queries(1) as captured:
        assert set(site_settings_get()) == set(settings.CONSTANCE_CONFIG)
    assert captured.captured_queries[0]["sql"].startswith("SELECT")


def test_an_unknown_name_is_a_programming_error() -> None:
    with pytest.raises(AttributeError):
        site_setting("NO_SUCH_SETTING")
