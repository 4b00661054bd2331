"""A full-text index over what photos are found by: FTS5 on SQLite, a tsvector column on PostgreSQL.

The rows are filled by `manage.py prepare`, in batches that can be cut off.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

COLUMNS = "caption, subjects, file, drafts"
NEW = ", ".join(f"new.{name}" for name in COLUMNS.split(", "))
OLD = ", ".join(f"old.{name}" for name in COLUMNS.split(", "))
FORGET = f"INSERT INTO photo_search_fts(photo_search_fts, rowid, {COLUMNS}) VALUES ('delete', old.id, {OLD});"
LEARN = f"INSERT INTO photo_search_fts(rowid, {COLUMNS}) VALUES (new.id, {NEW});"

# The table's texts stay in api_photosearch (content=), the triggers are those of SQLite's documentation, section
# "External Content Tables". A later migration that has Django remake api_photosearch must make them again.
SQLITE = [
    f"""CREATE VIRTUAL TABLE photo_search_fts USING fts5({COLUMNS}, content='api_photosearch', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')""",
    f"CREATE TRIGGER photo_search_insert AFTER INSERT ON api_photosearch BEGIN {LEARN} END",
    f"CREATE TRIGGER photo_search_delete AFTER DELETE ON api_photosearch BEGIN {FORGET} END",
    f"CREATE TRIGGER photo_search_update AFTER UPDATE ON api_photosearch BEGIN {FORGET} {LEARN} END",
]


def weighted(column, weight):
    """Every word as a lexeme with a weight. Words are letters and digits only, so the cast needs no parser, whose
    idea of a word would depend on the server's locale."""
    return f"regexp_replace({column}, '([^ ]+)', '\\1:1{weight}', 'g')"


DOCUMENT = " || ' ' || ".join(weighted(column, weight) for column, weight in zip(COLUMNS.split(", "), "ABCD"))
POSTGRES = [
    f"ALTER TABLE api_photosearch ADD COLUMN document tsvector GENERATED ALWAYS AS (({DOCUMENT})::tsvector) STORED",
    "CREATE INDEX photo_search_document ON api_photosearch USING gin (document)",
]


def make_index(apps, schema_editor):
    # Straight to the cursor: the schema editor would take % and ; for its own.
    with schema_editor.connection.cursor() as cursor:
        for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
            cursor.execute(statement)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            for name in ("insert", "delete", "update"):
                cursor.execute(f"DROP TRIGGER photo_search_{name}")
            cursor.execute("DROP TABLE photo_search_fts")


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0007_people_found_in_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='PhotoSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(db_index=True, help_text='Of the rules by which the words were made.')),
                ('caption', models.TextField(help_text='The accepted caption.')),
                ('subjects', models.TextField(help_text='Hashtags, keywords, people, place.')),
                ('file', models.TextField(help_text='File name, camera, lens, date.')),
                ('drafts', models.TextField(help_text='Open drafts; empty once the person decided on a caption.')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('photo', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search', to='api.photo')),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
    ]
