"""Which photos a text finds, in the terms of each database's full-text index; both get the same words."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from api.lib.search_words import query_forms, words_of

MAX_WORDS = 32
"""Words of a query that count; a longer text is a paste."""

# Caption, subjects, file, drafts. Far apart, so that a word in a better field wins however often it is said in others.
_SQLITE_WEIGHTS = "1000.0, 100.0, 10.0, 0.1"
_POSTGRES_WEIGHTS = "{0.001, 0.01, 0.1, 1}"  # D, C, B, A

# CROSS JOIN is SQLite's way to fix the order: first what the words find, then those photos, never the whole library.
_SQLITE_FROM = (
    "FROM photo_search_fts CROSS JOIN api_photosearch ON api_photosearch.id = photo_search_fts.rowid "
    "WHERE photo_search_fts MATCH %s AND api_photosearch.owner_id = %s"
)
_POSTGRES_FROM = "FROM api_photosearch WHERE document @@ %s::tsquery AND owner_id = %s"


@dataclass(frozen=True)
class Term:
    """One typed word: its forms, any of which may occur; `open_end`: the first may go on, as it is being typed."""

    forms: tuple[str, ...]
    open_end: bool


def search_terms(text: str) -> list[Term]:
    """Return the words of a query, all of which must occur; the last one may be the beginning of a word."""
    forms = [found for found in (query_forms(word) for word in list(words_of(text))[:MAX_WORDS]) if found]
    return [Term(found, open_end=at == len(forms) - 1) for at, found in enumerate(forms)]


def matching_hashes(owner_id: int, terms: list[Term]) -> RawSQL:
    """Return an expression for `pk__in`: the owner's photos in which every term occurs."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT api_photosearch.photo_id " + _SQLITE_FROM, [_sqlite_query(terms), owner_id])  # noqa: S611 - no input in it
    return RawSQL("SELECT photo_id " + _POSTGRES_FROM, [_postgres_query(terms), owner_id])  # noqa: S611 - no input in it


def ranked_hashes(owner_id: int, terms: list[Term], *, limit: int) -> list[str]:
    """Return the hashes of the photos that fit best, best first."""
    query: list[Any] = [owner_id, limit]
    if connection.vendor == "sqlite":
        rank = f"SELECT api_photosearch.photo_id {_SQLITE_FROM} ORDER BY bm25(photo_search_fts, {_SQLITE_WEIGHTS}), 1"
        query = [_sqlite_query(terms), *query]
    else:
        rank = (
            f"SELECT photo_id {_POSTGRES_FROM} ORDER BY ts_rank('{_POSTGRES_WEIGHTS}', document, %s::tsquery) DESC, 1"
        )
        words = _postgres_query(terms)
        query = [words, owner_id, words, limit]
    with connection.cursor() as cursor:
        cursor.execute(rank + " LIMIT %s", query)
        return [image_hash for (image_hash,) in cursor.fetchall()]


def _sqlite_query(terms: list[Term]) -> str:
    """Forms are letters and digits only; in quotes, AND and NEAR are words like any other."""
    groups = []
    for term in terms:
        forms = [f'"{form}"' for form in term.forms]
        if term.open_end:
            forms[0] += " *"
        groups.append("(" + " OR ".join(forms) + ")")
    return " AND ".join(groups)


def _postgres_query(terms: list[Term]) -> str:
    groups = []
    for term in terms:
        forms = [f"'{form}'" for form in term.forms]
        if term.open_end:
            forms[0] += ":*"
        groups.append("(" + " | ".join(forms) + ")")
    return " & ".join(groups)
