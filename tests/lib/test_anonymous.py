"""Sentences for reports of faults."""

from pathlib import Path

import pytest

from api.lib.anonymous import without_names

FOLDERS = (Path("/srv/Anna's photos/data"), Path("/srv/Anna's photos/data/models"), Path("/"))
PUBLIC = {"published-model"}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("", ""),
        ("DEVICE is cpu.", "DEVICE is cpu."),
        ("The model 'published-model' is not installed.", "The model 'published-model' is not installed."),
        ("The model 'annas-model' is not installed.", "The model … is not installed."),
        (
            "The model 'annas-model' is not installed: /srv/Anna's photos/data/models/annas-model has no model.onnx.",
            "The model … is not installed: … has no model.onnx.",
        ),
        ("/home/anna/x.gguf cannot be loaded: bad magic", "… cannot be loaded: bad magic"),
        ("No such file: '/home/anna/x.gguf'", "No such file: …"),
        (r"\\nas\anna cannot be read", "… cannot be read"),
        ("Connection to http://anna.example:8007/health refused", "Connection to http:…:8007/health refused"),
        ("pip install -r service/llm/requirements.txt", "pip install -r service/llm/requirements.txt"),
        ("The model's context of 4096 tokens cannot be made.", "The model's context of 4096 tokens cannot be made."),
        ("libcudart.so.12: cannot open shared object file", "libcudart.so.12: cannot open shared object file"),
    ],
)
def test_names_of_this_machine_are_left_out(sentence: str, told: str) -> None:
    assert without_names(sentence, folders=FOLDERS, public=PUBLIC) == told
