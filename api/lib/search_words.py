"""Words as search compares them: without case and accents, and by their stems. Pure, so that all databases agree."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

WORDS_VERSION = 2
"""Count it up when texts are cut, folded or stemmed differently, or rows numbered differently: the index is
then made anew at the next start."""

MAX_WORD_LENGTH = 64
"""Characters; longer ones are cut. PostgreSQL refuses very long ones, and nobody types them."""

# Chinese and Japanese write no spaces: each character counts as a word.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_APOSTROPHES = str.maketrans("", "", "'’ʼ")
_STEMMERS = (snowballstemmer.stemmer("english"), snowballstemmer.stemmer("german"))


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text in lower case, accents kept; signs, emoji and NUL only part words."""
    # Combining accents belong to their letter; an apostrophe would part "dog's" into two words.
    plain = unicodedata.normalize("NFC", text).lower().translate(_APOSTROPHES)
    for match in _WORD.finditer(plain):
        yield match[0][:MAX_WORD_LENGTH]


def fold(word: str) -> str:
    """Return the word without case and accents: "Été" and "ETE" are "ete", "Straße" is "strasse"."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign)).translate(_PLAIN)
    # What taking apart left of signs such as "½" must not end up between the words of the index.
    return "".join(sign for sign in bare if sign.isalnum())


@lru_cache(maxsize=20_000)
def query_forms(word: str) -> tuple[str, ...]:
    """Return what a typed word may be in the index: itself first, then its stems by English and German rules."""
    stems = (fold(stemmer.stemWord(word)) for stemmer in _STEMMERS)
    return tuple(form for form in dict.fromkeys([fold(word), *stems]) if form)


@lru_cache(maxsize=20_000)
def index_forms(word: str) -> tuple[str, ...]:
    """Return under what a word is found: as for queries, and "Zürich" as "Zuerich" too."""
    spelled_out = word.translate(_UMLAUTS)
    return query_forms(word) + (() if spelled_out == word else (fold(spelled_out),))


def indexed(texts: Iterator[str] | list[str], *, max_words: int) -> str:
    """Return all forms of the words of `texts`, each once, parted by spaces."""
    forms: dict[str, None] = {}
    for text in texts:
        for word in words_of(text):
            forms.update(dict.fromkeys(index_forms(word)))
            if len(forms) >= max_words:
                return " ".join(forms)
    return " ".join(forms)
