"""Leading whoever follows an old link to the article that it meant."""

import re

from django.db.models.functions import Length

from community.feedback.models import Item
from community.feedback.places import Viewer
from community.knowledge.import_articles.brought import old_path
from community.knowledge.models import Article

# Zendesk's addresses say the title of then behind the number: what counts is the number.
_NUMBERED = re.compile(r"(/\d+)-[^/]*$")


def led_to(path: str, viewer: Viewer) -> str:
    """The address of the article that was found under this path before, "" where the viewer may read none."""
    path = old_path(path)
    paths = {path, _NUMBERED.sub(r"\1", path)} - {""}
    if not paths:
        return ""
    readable = Item.objects.visible_to(viewer).filter(kind=Article.KIND, article__old_addresses__path__in=paths)
    found = readable.order_by(-Length("article__old_addresses__path")).values_list("path", flat=True).first()
    return found or ""
