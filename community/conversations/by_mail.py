"""A reply that came by mail is a reply like any other."""

from community.conversations.access import why_no_reply
from community.conversations.models import Reply
from community.conversations.post import ReplyRefused, post_reply
from community.feedback.drafts import draft_of, save_draft
from community.feedback.models import Item
from community.members.models import Member
from community.notifications.inbound.answering import AnswerRefused, Answers, answers


def conversation_of(item: Item) -> Item:
    if item.kind != Reply.KIND:
        return item
    return Reply.objects.select_related("about__place").get(pk=item.pk).about


def post_answer(item: Item, by: Member, body: str) -> Item:
    """Post it under the conversation, in reply to the post that the mail told of."""
    answered = Reply.objects.select_related("item").filter(pk=item.pk).first()
    try:
        posted = post_reply(conversation_of(item), by=by, body=body, in_reply_to=answered, source="mail")
    except ReplyRefused as refusal:
        raise AnswerRefused(str(refusal)) from refusal
    return posted.reply.item


def keep_as_draft(about: Item, member: Member, body: str) -> None:
    """Behind what they may have begun on the page."""
    key = f"reply:{about.pk}"
    there = draft_of(member, key)
    words = "\n\n".join(filter(None, [there.body if there else "", body]))
    save_draft(member, key, there.seq if there else 0, title="", body=words, item=about)


answers.fill("replies", Answers(why_no_reply, conversation_of, post_answer, keep_as_draft))
