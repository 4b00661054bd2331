"""Why something is not as one might wish: a sentence, and what a client needs to say it in another language."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reason:
    """code: stable, for programs. detail: the English sentence. values: what of it differs from case to case."""

    code: str
    detail: str
    values: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, code: str, sentence: str, **values: object) -> Reason:
        """`sentence` names its values in braces."""
        texts = {name: str(value) for name, value in values.items()}
        return cls(code, sentence.format(**texts), texts)

    def to_wire(self) -> dict[str, Any]:
        return asdict(self)
