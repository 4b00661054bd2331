"""Which photos a text finds, in the terms of each database's full-text index; both get the same words."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from api.lib.search_order import owner_range
from api.lib.search_words import query_forms, words_of

MAX_WORDS = 32
"""Words of a query that count; a longer text is a paste."""

# Caption, subjects, file, drafts. Far apart, so that a word in a better field wins however often it is said in others.
_SQLITE_WEIGHTS = "1000.0, 100.0, 10.0, 0.1"
_POSTGRES_WEIGHTS = "{0.001, 0.01, 0.1, 1}"  # D, C, B, A

# CROSS JOIN is SQLite's way to fix the order: first what the words find, newest first, then those photos, and no more
# of either than are wanted.
_SQLITE_FROM = (
    "FROM photo_search_fts CROSS JOIN api_photosearch row ON row.id = photo_search_fts.rowid "
    "CROSS JOIN api_photo photo ON photo.image_hash = row.photo_id "
    "WHERE photo_search_fts MATCH %s AND photo_search_fts.rowid >= %s AND photo_search_fts.rowid < %s "
)
_POSTGRES_FROM = (
    "FROM api_photosearch row JOIN api_photo photo ON photo.image_hash = row.photo_id "
    "WHERE row.document @@ %s::tsquery AND row.id >= %s AND row.id < %s "
)
# As PhotoQuerySet.visible() says it.
_VISIBLE = (
    "AND row.owner_id = %s AND photo.state <> 'processing' "
    "AND NOT photo.hidden AND NOT photo.in_trashcan AND NOT photo.removed "
)


@dataclass(frozen=True)
class Term:
    """One typed word: its forms, any of which may occur; `open_end`: the first may go on, as it is being typed."""

    forms: tuple[str, ...]
    open_end: bool


def search_terms(text: str) -> list[Term]:
    """Return the words of a query, all of which must occur; the last one may be the beginning of a word."""
    forms = [found for found in (query_forms(word) for word in list(words_of(text))[:MAX_WORDS]) if found]
    return [Term(found, open_end=at == len(forms) - 1) for at, found in enumerate(forms)]


@dataclass(frozen=True)
class Found:
    """Photos that a query found, newest first; `number` is the row's, see api.lib.search_order."""

    image_hash: str
    number: int


def newest_found(owner_id: int, terms: list[Term], *, limit: int, before: int | None = None) -> list[Found]:
    """Return the owner's newest visible photos in which every term occurs; `before`: those older than this number."""
    first, behind = owner_range(owner_id)
    behind = behind if before is None else min(before, behind)
    # Both databases list matches by their number, so only the wanted ones are looked at.
    key = "photo_search_fts.rowid" if connection.vendor == "sqlite" else "row.id"
    query = f"SELECT row.photo_id, row.id {_from()} {_VISIBLE} ORDER BY {key} DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [_query(terms), first, behind, owner_id, limit])
        return [Found(*row) for row in cursor.fetchall()]


def ranked_hashes(owner_id: int, terms: list[Term], *, limit: int, among: int) -> list[str]:
    """Return the hashes of the photos that fit best among the newest `among` that fit, best first."""
    newest = newest_found(owner_id, terms, limit=among)
    if not newest:
        return []
    words, first, behind = _query(terms), newest[-1].number, newest[0].number + 1
    values: list[Any]
    if connection.vendor == "sqlite":
        rank, values = f"bm25(photo_search_fts, {_SQLITE_WEIGHTS})", [words, first, behind, owner_id, limit]
    else:
        rank = f"-ts_rank('{_POSTGRES_WEIGHTS}', row.document, %s::tsquery)"
        values = [words, first, behind, owner_id, words, limit]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row.photo_id {_from()} {_VISIBLE} ORDER BY {rank}, row.id DESC LIMIT %s", values)
        return [image_hash for (image_hash,) in cursor.fetchall()]


def _from() -> str:
    return _SQLITE_FROM if connection.vendor == "sqlite" else _POSTGRES_FROM


def _query(terms: list[Term]) -> str:
    return _sqlite_query(terms) if connection.vendor == "sqlite" else _postgres_query(terms)


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
