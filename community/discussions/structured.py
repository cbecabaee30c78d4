"""Structured data of a thread: QAPage for questions with an answer, DiscussionForumPosting for the rest.

The fields are those of schema.org/QAPage and schema.org/DiscussionForumPosting.
"""

from typing import Any

from django.utils.safestring import SafeString

from community.conversations.posts import Post
from community.discussions.models import Kind
from community.discussions.page import ThreadPage
from community.lib import json_ld
from community.lib.markdown import excerpt


def structured(page: ThreadPage, site_url: str) -> SafeString:
    """JSON-LD, safe inside a script element of type application/ld+json."""
    item = page.thread.item
    opening: dict[str, Any] = {
        "@type": "DiscussionForumPosting",
        "headline": item.title,
        "text": excerpt(item.body, 300),
        "url": site_url + item.path,
        "datePublished": page.opening.iso,
        "author": _person(page.opening, site_url),
        "commentCount": item.reply_count,
        "interactionStatistic": _likes(item.vote_count),
    }
    described: dict[str, Any] = opening
    if page.thread.kind == Kind.QUESTION and item.reply_count:
        answers = [_answer(post, site_url) for post in page.posts[:3] if not post.gone_text]
        opening |= {"@type": "Question", "name": item.title, "answerCount": item.reply_count}
        solution = page.solution
        if solution:
            opening["acceptedAnswer"] = {
                "@type": "Answer",
                "text": excerpt(page.thread.solution.reply.item.body, 300),
                "url": site_url + str(solution["url"]),
                "datePublished": solution["iso"],
                "author": {"@type": "Person", "name": solution["author_name"]},
            }
        opening["suggestedAnswer"] = answers
        described = {"@type": "QAPage", "mainEntity": opening}
    return json_ld.script(described)


def _answer(post: Post, site_url: str) -> dict[str, Any]:
    return {
        "@type": "Answer",
        "url": site_url + post.permalink,
        "datePublished": post.iso,
        "upvoteCount": post.vote.count if post.vote else 0,
        "author": _person(post, site_url),
    }


def _person(post: Post, site_url: str) -> dict[str, str]:
    person = {"@type": "Person", "name": post.author_name}
    return person | ({"url": site_url + post.author_url} if post.author_url else {})


def _likes(count: int) -> dict[str, Any]:
    kind = {"@type": "InteractionCounter", "interactionType": "https://schema.org/LikeAction"}
    return kind | {"userInteractionCount": count}
