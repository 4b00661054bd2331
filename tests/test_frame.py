"""The frame: migrations fit the models, and checks are clean."""

from django.core.management import call_command


def test_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_system_checks_are_clean(db: None) -> None:
    call_command("check", "--fail-level", "WARNING")
