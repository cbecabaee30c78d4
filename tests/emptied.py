"""Empties the database after a test that committed something.

Django's flush takes PostgreSQL the better part of a second, as TRUNCATE makes each table and index a new file, and asks
every app to set itself up again. Deleting the few rows that there are takes some milliseconds.
"""

from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import post_migrate

from community.search import tables

KEPT = ("django_content_type", "auth_permission")  # no test writes them


def empty(_case: Any) -> None:
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.django_table_names() if name not in KEPT]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names))  # noqa: S608
        filled = [name for (name,) in cursor.fetchall()]
        with transaction.atomic():
            for name in filled:
                cursor.execute(f'DELETE FROM "{name}"')  # noqa: S608
    if tables.ids():
        tables.empty()
    community = apps.get_app_config("community")
    post_migrate.send(
        community, app_config=community, verbosity=0, interactive=False, using="default", apps=apps, plan=[]
    )
