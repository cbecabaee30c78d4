"""Empties the database after a test that committed something.

Django's flush takes PostgreSQL the better part of a second, as TRUNCATE makes each table and index a new file, and asks
every app to set itself up again. Deleting the few rows that there are takes some milliseconds.
"""

from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import post_migrate

from community.search import tables

# No test writes them: what Django makes of the models, and what migrations wrote.
KEPT = ("django_content_type", "auth_permission", "roadmap_stage", "roadmap_reason")


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
    for config in map(apps.get_app_config, ("community", "roadmap", "surveys")):  # which schedule their tasks
        post_migrate.send(
            config, app_config=config, verbosity=0, interactive=False, using="default", apps=apps, plan=[]
        )
