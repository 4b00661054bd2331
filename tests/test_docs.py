"""The documentation says what the code knows."""

import re

from django.conf import settings

from tests.processes import ROOT

ENV_CALL = re.compile(r"""env_(?:str|bool|int|float|list|path|url|choice|rate|database_url)\(\s*["'](\w+)["']""")
NOT_FOR_PEOPLE = {"SECRET_KEY_FILE", "SERVICES_LEFT_OUT"}


def test_every_variable_is_in_the_example() -> None:
    read = set(settings.CONSTANCE_CONFIG)
    for file in (ROOT / "librephotos").glob("*.py"):
        read |= set(ENV_CALL.findall(file.read_text(encoding="utf-8")))
    read |= {f"{service.name.upper()}_URL" for service in settings.MODEL_REGISTRY.services}
    documented = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert read - NOT_FOR_PEOPLE <= documented, sorted(read - documented)


def test_every_folder_of_the_map_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"^\| `([\w/.-]+)`", readme, re.MULTILINE):
        assert (ROOT / name).exists(), name


def test_links_of_the_readme_lead_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)", readme):
        assert (ROOT / target).exists(), target
