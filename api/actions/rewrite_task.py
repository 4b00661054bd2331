"""One rewrite, made ready: the sentence, what it is compared with, what is known, and how it is wanted."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from api.actions.photo_learn import place_learn, text_learn
from api.lib.captioning.compose import facts_of, other_facts, place_fact, primary_language
from api.lib.captioning.context import Context, Wishes
from api.lib.captioning.prompt import PROMPT_VERSION
from api.lib.captioning.taste import Taste
from api.lib.captioning.verdict import Facts
from api.model_registry import ModelEntry
from api.models import Caption
from api.models.user import DEFAULT_LANGUAGE
from api.selectors.draft_context import draft_context, draft_wishes


@dataclass(frozen=True, slots=True)
class RewriteTask:
    """One rewrite: the row to say differently, the sentence to compare with, and what is known and wanted.

    `language` is the wanted one, `plain_language` that of the sentence.
    """

    source: Caption
    plain: Caption
    model: ModelEntry
    taste: Taste
    context: Context
    wishes: Wishes
    language: str
    plain_language: str

    @property
    def facts(self) -> Facts:
        return facts_of(self.context, self.wishes)

    @property
    def known(self) -> dict[str, Any]:
        """What is known besides people, by what it is; only what there is."""
        place = place_fact(self.context, self.wishes)
        return ({"place": place} if place else {}) | other_facts(self.context, self.wishes)

    @property
    def key(self) -> str:
        """The same for the same model, prompt, sentence, facts and taste."""
        facts = [list(self.facts.names), self.known]
        taste = [self.taste.as_values(), self.taste.style, self.language]
        parts = [self.model.id, self.model.revision, PROMPT_VERSION, self.source.text, self.plain.text, facts, taste]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def rewrite_task(*, source: Caption, model: ModelEntry, taste: Taste) -> RewriteTask:
    """Return what is to be done; what has to be asked for (text in the picture, names of its place) is asked for.

    A rewritten sentence is compared with the captioner's own, from which it came.
    """
    plain = source
    while plain.rewritten_from is not None:
        plain = plain.rewritten_from
    wishes = draft_wishes(source.photo)
    spoken = plain.language or primary_language(wishes.language) or DEFAULT_LANGUAGE
    language = taste.language or spoken
    text_learn(photo=source.photo)
    place_learn(photo=source.photo, language=primary_language(language))
    context = draft_context(source.photo, language=primary_language(language))
    return RewriteTask(source, plain, model, taste, context, wishes, language, primary_language(spoken))
