from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.search.drift import check


class Command(BaseCommand):
    help = "Compare the search index with the items it was made from, and tell where they differ. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        found = check()
        if found.is_none:
            self.stdout.write(f"No drift: {found.checked:,} items are in the index as they are.")
            return
        hint = "Run: manage.py reindex" + (" --empty" if found.unindexed or found.unknown else "")
        raise CommandError(
            f"Of {found.checked:,} items {found.missing:,} are missing and {found.different:,} differ; "
            f"{found.left:,} entries have no item to be found, {found.unindexed:,} are not in the index, and "
            f"{found.unknown:,} of the index have no entry. {hint}"
        )
