"""Put new words into PostgreSQL's full-text index at once.

It would otherwise keep them in a list that every search reads from start to end until a vacuum sorts it in, which
made searches several times slower after a large scan.
"""

from django.db import migrations


def set_fast_update(value):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(f"ALTER INDEX photo_search_document SET (fastupdate = {value})")
                cursor.execute("SELECT gin_clean_pending_list('photo_search_document'::regclass)")

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0013_captions_in_files'),
    ]

    operations = [
        migrations.RunPython(set_fast_update("off"), set_fast_update("on")),
    ]
