"""What the merge must know of a language, as data; the languages themselves are in english.py and german.py."""

from dataclasses import dataclass
from functools import cache

from api.lib.captioning import english, german
from api.lib.captioning.lexicon import word_set


@dataclass(frozen=True, slots=True)
class Lead:
    """Words before a plural noun: how many they mean (None: nobody counted) and whether the verb is singular."""

    words: tuple[str, ...]
    count: int | None
    singular_verb: bool = False


@dataclass(frozen=True, slots=True)
class Grammar:
    """Words of one language, in lower case.

    `singular` and `plural` are nouns that say only that there is a person, which a name may replace; `pairs` mean two
    in the singular. `other_people` are persons too, but of a kind ("surfer") that a name must not swallow. `after` may
    follow a replaced phrase; anything else may be the second half of a compound ("baby elephant"). `plural_verbs` maps
    a finite singular verb to its plural. `dative_or_genitive` articles of a feminine noun are only understood after a
    preposition ("neben einer Frau", not "der Hund einer Frau").
    """

    language: str
    articles: frozenset[str]
    numbers: dict[str, int]
    leads: tuple[Lead, ...]
    ages: frozenset[str]
    singular: frozenset[str]
    plural: frozenset[str]
    pairs: frozenset[str]
    other_people: frozenset[str]
    after: frozenset[str]
    auxiliaries: frozenset[str]
    plural_verbs: dict[str, str]
    plural_only_verbs: frozenset[str]
    join: str
    others: str
    others_dative: str
    dative: frozenset[str]
    dative_leads: frozenset[str]
    append: str
    there_is: frozenset[tuple[str, ...]]
    pictures_of: frozenset[tuple[str, ...]]
    depictions: frozenset[str]
    relatives: frozenset[str]
    not_before: frozenset[str]
    starts_a_thing: frozenset[str]
    before_nouns: frozenset[str]
    feminine: frozenset[str]
    dative_or_genitive: frozenset[str]

    @property
    def people(self) -> frozenset[str]:
        """Return every word that says that somebody is there."""
        return self.singular | self.plural | self.pairs | self.other_people


@cache
def grammar_of(language: str) -> Grammar | None:
    """Return the grammar of a language tag ("de-AT" → German); None where there is none."""
    primary = language.replace("_", "-").split("-")[0].lower()
    return {"en": _english, "de": _german}.get(primary, lambda: None)()


def _english() -> Grammar:
    return Grammar(
        language="en",
        articles=word_set("a an the one another"),
        numbers=english.NUMBERS,
        leads=tuple(Lead(tuple(words.split()), count, verb) for words, count, verb in english.LEADS),
        ages=english.AGES,
        singular=english.ONE_PERSON,
        plural=english.SEVERAL_PEOPLE,
        pairs=frozenset(("couple",)),
        other_people=english.OTHER_PEOPLE,
        after=english.FUNCTION_WORDS | english.VERBS_AFTER,
        auxiliaries=word_set("is are was were has"),
        plural_verbs=english.PLURAL_OF_VERB,
        plural_only_verbs=english.VERB_BASES,
        join="and",
        others="others",
        others_dative="others",
        dative=frozenset(),
        dative_leads=frozenset(),
        append="with",
        there_is=frozenset(("there", verb) for verb in ("is", "are", "was", "were", "'s")),
        pictures_of=english.PICTURES_OF,
        depictions=english.DEPICTIONS,
        relatives=frozenset(("who", "that", "which", "whose")),
        not_before=word_set("like as no without not for"),
        starts_a_thing=english.ARTICLES | frozenset(("his", "her", "their", *english.NUMBERS)),
        before_nouns=english.ARTICLES | english.PREPOSITIONS | english.GERUNDS | english.COLOURS | english.AGES,
        feminine=frozenset(),
        dative_or_genitive=frozenset(),
    )


def _german() -> Grammar:
    return Grammar(
        language="de",
        articles=word_set("ein eine einen einem einer der die das den dem"),
        numbers=german.NUMBERS,
        leads=tuple(Lead(tuple(words.split()), count, verb) for words, count, verb in german.LEADS),
        ages=german.AGES,
        singular=german.ONE_PERSON,
        plural=german.SEVERAL_PEOPLE,
        pairs=frozenset(("paar", "pärchen")),
        other_people=german.OTHER_PEOPLE,
        after=german.FUNCTION_WORDS | frozenset(german.PLURAL_OF_VERB) | frozenset(german.PLURAL_OF_VERB.values()),
        auxiliaries=frozenset(german.PLURAL_OF_VERB),
        plural_verbs=german.PLURAL_OF_VERB,
        plural_only_verbs=frozenset(german.PLURAL_OF_VERB.values()),
        join="und",
        others="andere",
        others_dative="anderen",
        dative=german.DATIVE_PREPOSITIONS,
        dative_leads=german.DATIVE_LEADS,
        append="mit",
        there_is=frozenset(),
        pictures_of=german.PICTURES_OF,
        depictions=german.DEPICTIONS,
        relatives=frozenset(),
        not_before=word_set("wie als ohne kein keine keinen für gibt"),
        starts_a_thing=german.ARTICLES
        | frozenset(("sein", "seine", "seinen", "seinem", "ihr", "ihre", "ihren", "ihrem", *german.NUMBERS)),
        before_nouns=frozenset(),
        feminine=german.FEMININE,
        dative_or_genitive=frozenset(("einer", "der")),
    )
