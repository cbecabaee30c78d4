"""What another forum's tags and classes mean, and reading them off a tag."""

from bs4 import Tag

DROPPED = frozenset({"svg", "script", "style", "template", "noscript", "head", "title", "source", "button", "input"})
DROPPED_CLASSES = frozenset(
    "avatar site-icon onebox-avatar onebox-avatar-inline anchor meta quote-controls footnote-backref "  # noqa: SIM905
    "poll-info poll-buttons github-icon-container clear-badge show-more-container hashtag-icon-placeholder "
    "badge-category-bg badge-category-parent-bg".split()
)
BLOCKS = frozenset(
    "address article aside audio blockquote center dd details div dl dt fieldset figcaption figure footer "  # noqa: SIM905
    "form h1 h2 h3 h4 h5 h6 header hr iframe main nav ol p pre section summary table tbody thead tr ul "
    "video".split()
)
STRONG = frozenset({"strong", "b", "bbcode-b"})
EMPHASIS = frozenset({"em", "i", "bbcode-i", "cite", "var", "dfn"})
STRUCK = frozenset({"s", "del", "strike", "bbcode-s"})
PLAIN_INLINE = frozenset(
    "span u ins small big font abbr mark q a label time bdi bdo acronym tt center wbr body html li ruby "  # noqa: SIM905
    "rb rt rp".split()
)
KNOWN_CLASSES = frozenset(
    "math hashtag hashtag-raw hashtag-cooked spoiler spoiled mention mention-group inline-onebox "  # noqa: SIM905
    "discourse-local-date bbcode-u md-table lightbox-wrapper poll poll-container poll-title lazyYT "
    "lazy-video-container youtube-onebox video-onebox onebox quote title image-wrapper "
    "large-image-placeholder imgur-album album-title inner-box outer-box simple "
    "broken-image url help chcklst-box badge-category "
    "badge-wrapper badge-category__name badge-category__wrapper "
    "category-name bullet lazyYT-container no-group quote-modified "
    "excerpt hidden d-wrap footnotes align-center video lines".split()
)


def classes_of(tag: Tag) -> list[str]:
    return list(tag.get_attribute_list("class")) if tag.get("class") else []


def attribute(tag: Tag | None, name: str) -> str:
    value = tag.get(name) if tag else None
    return value if isinstance(value, str) else ""


def integer(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
