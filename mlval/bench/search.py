"""How long search takes in a large library, against a small one, on both databases.

    python -m mlval.bench.search [--small 1000] [--large 100000] [--repeats 15] [--databases sqlite]

In both libraries the rare words occur in 20 photos, the common one in one of 20 and the first letter in all. An answer
is a page of 50 photos; "all" is the largest answer, for clients that do not turn pages. Each photo has one of 500
people and one of 500 hashtags, some many more than others, and all their names begin with the letter. Times are of the
selector with its rows read, the queries in turns; the best is what a machine that has other work to do could give, and
the ratio is of the best. A second owner has a tenth as many photos with the same words.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from mlval.bench.processes import ROOT

HITS = 20
QUERIES = {
    "rare word": "okapi",
    "two words": "okapi river",
    "rare, unfinished": "okap",
    "no such word": "xylophone",
    "word of a draft": "narwhal",
    "by rank": "okapi",
    "1 photo in 20": "zebra",
    "first letter": "w",
    "first letter, all": "w",
    "by rank, 1st letter": "w",
    "suggestions, 1 letter": "n",
    "suggestions": "name1",
}
WORDS = [f"w{first}{second}{third}" for first in "aeiou" for second in "bdfgklmnprst" for third in "aeiounrst"]
NAMES = 500
FIRST = 1_000
PAGE = 50


def fill(owner: Any, count: int) -> None:
    """Give the owner photos that are found by captions of twelve words, which follow Zipf's law.

    A thousand are made by Django, the others are copies of these, made by the database in a fraction of the time, with
    later numbers. The ledger, which search does not read, stays empty.
    """
    from django.db import connection
    from django.db.models import Value
    from django.db.models.functions import Concat

    from api.lib.search_order import SLOTS
    from api.models import AlbumThing, Face, Photo, PhotoSearch

    _fill_first(owner, min(count, FIRST))
    _fill_names(owner)
    with connection.cursor() as cursor:
        for copy in range(1, count // FIRST):
            for model in (Photo, PhotoSearch, Face, AlbumThing.photos.through):
                table, key = model._meta.db_table, "image_hash" if model is Photo else "photo_id"
                others = ", ".join(
                    f'"{field.column}"' for field in model._meta.concrete_fields if field.column not in {key, "id"}
                )
                shift = copy * FIRST * 3600 * SLOTS
                number, shifted = ("id, ", f"id + {shift}, ") if model is PhotoSearch else ("", "")
                cursor.execute(
                    f"INSERT INTO {table} ({number}{key}, {others}) "  # noqa: S608 - no input in it
                    f"SELECT {shifted}replace({key}, '-0000-', %s), {others} FROM {table} WHERE {key} LIKE %s",
                    [f"-{copy:04d}-", f"%-0000-{owner.pk}"],
                )
    rows = PhotoSearch.objects.filter(owner=owner).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))[:: count // HITS]
    rows.filter(pk__in=keys).update(caption=Concat("caption", Value(" okapi river")), drafts="narwhal")


def _fill_first(owner: Any, count: int) -> None:
    from api.lib.search_order import first_number
    from api.lib.search_words import WORDS_VERSION, indexed
    from api.models import Photo, PhotoSearch

    generator = random.Random(count)  # noqa: S311 - no secret
    weights = [1 / rank for rank in range(1, len(WORDS) + 1)]
    photos, rows = [], []
    for number in range(count):
        photo = Photo(
            image_hash=f"{number:05d}-0000-{owner.pk}",
            owner=owner,
            state="ready",
            original_name=f"IMG_{number:06d}.JPG",
            taken_at=datetime(2010, 1, 1, tzinfo=UTC) + timedelta(hours=number),
            width=64,
            height=48,
        )
        text = " ".join(generator.choices(WORDS, weights, k=12)) + (" zebra" if number % 20 == 7 else "")
        fields = {"caption": text, "subjects": "", "file": photo.original_name + " Canon EOS", "drafts": ""}
        words = {name: indexed([value], max_words=1_000) for name, value in fields.items()}
        photos.append(photo)
        key = first_number(owner.pk, photo.taken_at)
        rows.append(PhotoSearch(pk=key, photo=photo, owner=owner, version=WORDS_VERSION, **words))
    Photo.objects.bulk_create(photos)
    PhotoSearch.objects.bulk_create(rows)


def _fill_names(owner: Any) -> None:
    from api.models import AlbumThing, Face, Person, Photo

    generator = random.Random(owner.pk)  # noqa: S311 - no secret
    weights = [1 / rank for rank in range(1, NAMES + 1)]
    names = [f"name{number}" for number in range(NAMES)]
    people = Person.objects.bulk_create([Person(owner=owner, name=name) for name in names])
    tags = AlbumThing.objects.bulk_create([AlbumThing(owner=owner, title=name, key=name) for name in names])
    hashes = list(Photo.objects.filter(owner=owner).values_list("pk", flat=True))
    chosen = generator.choices(range(NAMES), weights, k=len(hashes))
    Face.objects.bulk_create([Face(photo_id=key, person=people[at]) for key, at in zip(hashes, chosen, strict=True)])
    in_tag = AlbumThing.photos.through
    in_tag.objects.bulk_create(
        [in_tag(photo_id=key, albumthing_id=tags[at].pk) for key, at in zip(hashes, chosen, strict=True)]
    )


def measure_here(count: int, repeats: int) -> dict[str, Any]:
    """In this process, in a database of its own: seconds to index, and milliseconds and hits a query."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from api.models import User
    from api.selectors.search import photos_found, photos_found_page, photos_found_ranked
    from api.selectors.search_suggestions import search_suggestions

    owner, other = (User.objects.create_user(name) for name in ("owner", "other"))
    started = time.perf_counter()
    fill(owner, count)
    fill(other, max(FIRST, count // 10))
    filled_s = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # PostgreSQL does it by itself after a while

    def ask(name: str, text: str) -> list[Any]:
        if name.startswith("suggestions"):
            return search_suggestions(owner, text, language="en")
        if name.startswith("by rank"):
            return photos_found_ranked(owner, text)
        return photos_found(owner, text) if name.endswith("all") else photos_found_page(owner, text, limit=PAGE).photos

    times: dict[str, list[float]] = {name: [] for name in QUERIES}
    hits = {}
    for _ in range(repeats + 1):
        for name, text in QUERIES.items():
            started = time.perf_counter()
            hits[name] = len(ask(name, text))
            times[name].append((time.perf_counter() - started) * 1e3)
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}
    best = {name: min(values[1:]) for name, values in times.items()}
    return {"filled_s": filled_s, "median": medians, "best": best, "hits": hits}


def measure(count: int, repeats: int, *, postgres: bool) -> dict[str, Any]:
    prefix = [sys.executable, "-m", "tests.with_postgres"] if postgres else []
    arguments = [sys.executable, "-m", "mlval.bench.search", "--child", str(count), "--repeats", str(repeats)]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "librephotos.settings"}
        if not postgres:
            environment.pop("DATABASE_URL", None)
        done = subprocess.run(
            prefix + arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure_here(options.child, options.repeats)))
        return
    for database in options.databases:
        small, large = (
            measure(count, options.repeats, postgres=database == "postgresql")
            for count in (options.small, options.large)
        )
        print(f"\n{database}: filled in {small['filled_s']:.1f} s and {large['filled_s']:.1f} s")
        print(f"{'ms: median (best)':20}{options.small:>12} photos{options.large:>12} photos   ratio   hits")
        for name in QUERIES:
            cells = "".join(f"{side['median'][name]:11.2f} ({side['best'][name]:5.2f})" for side in (small, large))
            ratio = large["best"][name] / small["best"][name]
            print(f"{name:20}{cells}{ratio:8.2f}   {small['hits'][name]} / {large['hits'][name]}", flush=True)


if __name__ == "__main__":
    main()
