"""Django settings. Reads the environment (librephotos.env) and prints nothing.

The only files it may write are the secrets of the first start, see librephotos/first_run.py.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url

from api.model_registry import load_registry
from librephotos import first_run, site_settings
from librephotos.env import (
    env_bool,
    env_choice,
    env_database_url,
    env_float,
    env_int,
    env_list,
    env_path,
    env_rate,
    env_str,
    env_url,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
IMAGE_TAG = env_str("IMAGE_TAG", VERSION)
GIT_HASH = env_str("GIT_HASH", "")

# Where things live. Everything that is not in DATA_DIR can be thrown away.
DATA_DIR = env_path("DATA_DIR", default=BASE_DIR / "data")
PHOTOS_DIR = env_path("PHOTOS_DIR", default=DATA_DIR / "photos")
MEDIA_DIR = env_path("MEDIA_DIR", default=DATA_DIR / "media")
MODELS_DIR = env_path("MODELS_DIR", default=DATA_DIR / "models")
UPLOADS_DIR = DATA_DIR / "uploads"
FRONTEND_DIR = BASE_DIR / "frontend" / "dist"

DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = first_run.secret("SECRET_KEY", DATA_DIR)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("BEHIND_PROXY", default=False) else None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "drf_spectacular",
    "constance",
    "django_q",
    "api.apps.ApiConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "api.middleware.ApiResponseMiddleware",
    # Django's and the REST framework's own sentences on a field come in the language that the client reads.
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "librephotos.urls"
WSGI_APPLICATION = "librephotos.wsgi.application"
AUTH_USER_MODEL = "api.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

# Phones do not follow redirects (they open a web login instead), so a missing slash is a 404.
APPEND_SLASH = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# Database: SQLite in the data folder unless DATABASE_URL names PostgreSQL.
DATABASES = {
    "default": dj_database_url.parse(
        env_database_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'librephotos.sqlite3'}"),
        conn_max_age=60,
        # A database that was restarted has closed the connections that are kept.
        conn_health_checks=True,
    )
}
# Compose keeps the password in a file of its own (DATABASE_PASSWORD_FILE), so that no environment variable holds it.
if not DATABASES["default"].get("PASSWORD"):
    DATABASES["default"]["PASSWORD"] = env_str("DATABASE_PASSWORD", "")
# So long `manage.py prepare` waits for a database that is just starting.
DATABASE_WAIT_S = env_float("DATABASE_WAIT_S", default=60.0, minimum=0)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets readers go on while one process writes; IMMEDIATE takes the write lock at BEGIN, so that two writers
    # wait for each other instead of failing half-way with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    # A file, not memory: tests start threads and processes that see the same rows.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": [
        "api.parsers.JsonParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.exception_handler.handle",
    "DEFAULT_THROTTLE_RATES": {"login": env_rate("LOGIN_RATE", default="20/min")},
    "NUM_PROXIES": env_int("NUM_PROXIES", default=0, minimum=0),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SIMPLE_JWT = {
    # Phones hand the token to the system's download manager, which cannot refresh it: hence an hour.
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env_int("ACCESS_TOKEN_MINUTES", default=60, minimum=1)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env_int("REFRESH_TOKEN_DAYS", default=30, minimum=1)),
    # Both clients keep the refresh token of the login and send refreshes in parallel; rotating it would log them out.
    "ROTATE_REFRESH_TOKENS": False,
    "UPDATE_LAST_LOGIN": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Photo manager with caption drafts",
    "DESCRIPTION": "A self-hosted photo manager: the paths that LibrePhotos clients use, and drafts of captions.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_NAME_OVERRIDES": {},
}

# Jobs. A task that has not acknowledged after `retry` seconds is given out again, so jobs are safe to run twice;
# `retry` must be larger than `timeout`.
REDIS_URL = env_str("REDIS_URL", "")
Q_CLUSTER: dict[str, Any] = {
    "name": "librephotos",
    "workers": env_int("WORKERS", default=2, minimum=1),
    "timeout": 3600,
    "retry": 3700,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "scheduler": True,
    "save_limit": 250,
    "poll": 0.2,
    "guard_cycle": 1,
    "label": "Jobs",
}
Q_CLUSTER |= {"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}

# Model services: one address each, from the registry; `<SERVICE>_URL` overrides it.
MODEL_REGISTRY = load_registry(env_path("MODEL_LIST", default=BASE_DIR / "ml_models.json"))
SERVICE_URLS = {
    service.name: env_url(f"{service.name.upper()}_URL", default=f"http://127.0.0.1:{service.port}")
    for service in MODEL_REGISTRY.services
}
# What `make run` did not start, with a sentence each; for the administrator's page.
SERVICES_LEFT_OUT: dict[str, dict[str, Any]] = json.loads(env_str("SERVICES_LEFT_OUT", "{}"))
# Where models are downloaded from: a mirror of one's own, or a hub that speaks like huggingface.co in its place.
MODELS_MIRROR = env_url("MODELS_MIRROR", default="http://mirror.invalid") if env_str("MODELS_MIRROR", "") else ""
HF_ENDPOINT = env_url("HF_ENDPOINT", default="https://huggingface.co")
# Kept, so that commands in another shell reach the services that `make run` started.
SERVICE_TOKEN = first_run.secret("SERVICE_TOKEN", DATA_DIR)
# Below the minute after which phones give up on a request.
SERVICE_TIMEOUT_S = env_float("SERVICE_TIMEOUT_S", default=50.0, minimum=0.1)

# How long a request waits for others to give back memory that its model needs (MEMORY_BUDGET).
MEMORY_WAIT_S = env_float("MEMORY_WAIT_S", default=20.0, minimum=0)

# What an administrator may change at run time; an environment variable of the same name locks it.
CONSTANCE_BACKEND = "constance.backends.database.DatabaseBackend"
CONSTANCE_CONFIG = site_settings.constance_config(MODEL_REGISTRY)
CONSTANCE_DATABASE_CACHE_BACKEND = None
SITE_SETTING_OVERRIDES = site_settings.overrides(CONSTANCE_CONFIG)

# Uploads and pictures.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MAX_UPLOAD_BYTES = env_int("MAX_UPLOAD_BYTES", default=4 * 1024**3, minimum=1)
MAX_IMAGE_PIXELS = env_int("MAX_IMAGE_PIXELS", default=200_000_000, minimum=1)
UPLOAD_EXPIRES_S = env_int("UPLOAD_EXPIRES_S", default=24 * 3600, minimum=60)
MIN_FREE_BYTES = env_int("MIN_FREE_BYTES", default=64 * 1024**2, minimum=0)
# "nginx" answers media with X-Accel-Redirect, "django" sends the bytes itself.
MEDIA_SENDER = env_choice("MEDIA_SENDER", choices=("django", "nginx"), default="django")

# The built UI: files under /assets carry a hash of their content in the name.
WHITENOISE_ROOT = FRONTEND_DIR if FRONTEND_DIR.is_dir() else None
WHITENOISE_INDEX_FILE = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/"

LOG_LEVEL = env_choice("LOG_LEVEL", choices=("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"constance": {"level": "WARNING"}},
}
