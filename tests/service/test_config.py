"""The environment is read once, and what is wrong in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.common.config import Config
from service.common.errors import ConfigError


def test_defaults() -> None:
    config = Config.from_env({}, default_port=8007)
    assert config.host == "127.0.0.1"
    assert config.port == 8007
    assert config.device == "auto"
    assert config.threads >= 1
    assert config.idle_timeout_s == 30.0
    assert config.service_token is None


def test_an_empty_variable_is_unset() -> None:
    config = Config.from_env({"PORT": "", "SERVICE_TOKEN": "", "DEVICE": " "}, default_port=1)
    assert (config.port, config.service_token, config.device) == (1, None, "auto")


def test_every_variable() -> None:
    config = Config.from_env(
        {
            "HOST": "0.0.0.0",  # noqa: S104 - what a container sets
            "PORT": "9000",
            "WEIGHTS_DIR": "/weights",
            "DEVICE": "cpu",
            "THREADS": "2",
            "IDLE_TIMEOUT_S": "0.5",
            "QUEUE_SIZE": "8",
            "MAX_BATCH": "4",
            "REQUEST_TIMEOUT_S": "10",
            "CANCEL_GRACE_S": "1",
            "MAX_IMAGE_BYTES": "1000",
            "MAX_IMAGE_PIXELS": "2000",
            "SERVICE_TOKEN": "secret",
        },
        default_port=1,
    )
    assert config.weights_dir == Path("/weights")
    assert (config.port, config.threads, config.queue_size, config.max_batch) == (9000, 2, 8, 4)
    assert (config.max_image_bytes, config.max_image_pixels) == (1000, 2000)
    assert config.service_token == "secret"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "http"),
        ("DEVICE", "gpu"),
        ("THREADS", "-1"),
        ("IDLE_TIMEOUT_S", "nan"),
        ("IDLE_TIMEOUT_S", "0"),
        ("QUEUE_SIZE", "0"),
        ("QUEUE_SIZE", "1.5"),
        ("MAX_BATCH", "0"),
        ("REQUEST_TIMEOUT_S", "inf"),
        ("MAX_IMAGE_BYTES", "50MB"),
        ("MAX_IMAGE_PIXELS", "-5"),
        ("SERVICE_TOKEN_FILE", "/does/not/exist"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_env({name: value}, default_port=1)


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("from file\n")
    assert Config.from_env({"SERVICE_TOKEN_FILE": str(path)}, default_port=1).service_token == "from file"
    with pytest.raises(ConfigError, match="not both"):
        Config.from_env({"SERVICE_TOKEN_FILE": str(path), "SERVICE_TOKEN": "x"}, default_port=1)
    path.write_text("\n")
    with pytest.raises(ConfigError, match="empty"):
        Config.from_env({"SERVICE_TOKEN_FILE": str(path)}, default_port=1)
