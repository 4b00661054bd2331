"""The tasks of the contract; a family lists those that its engine's protocol can do."""

from __future__ import annotations

from service.common.family import Task


def _task(path: str, name: str) -> Task:
    return Task(path, f"service.common.parsing:parse_{name}", f"service.common.runners:run_{name}")


CAPTION = _task("/caption", "caption")  # protocols.Captioner
SCORE = _task("/score", "score")  # protocols.Scorer
EMBED = _task("/embed", "embed")  # protocols.Scorer
READ = _task("/read", "read")  # protocols.Reader
GENERATE = _task("/generate", "generate")  # protocols.Generator
