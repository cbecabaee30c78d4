"""Structured data of a release: schema.org/Article with its entries as what it is about."""

from django.utils.safestring import SafeString

from community.lib import json_ld
from community.lib.markdown import excerpt
from roadmap.releases.page import Shown


def structured(shown: Shown, site_name: str, site_url: str) -> SafeString:
    """Of a published release, with the entries that the reader sees."""
    release = shown.release
    item = release.item
    published = (release.published_at or item.created_at).isoformat()
    url = site_url + shown.url
    publisher = {"@type": "Organization", "name": site_name, "url": f"{site_url}/"}
    entries = [{"@type": "Thing", "name": one.title, "url": f"{url}#entry-{one.pk}"} for one in shown.lines]
    return json_ld.script({
        "@type": "Article",
        "headline": shown.title,
        "abstract": excerpt(item.body, 300),
        "inLanguage": shown.language,
        "url": url,
        "datePublished": published,
        "dateModified": (item.edited_at or release.published_at or item.created_at).isoformat(),
        "author": publisher,
        "publisher": publisher,
        **({"about": entries} if entries else {}),
    })  # fmt: skip
