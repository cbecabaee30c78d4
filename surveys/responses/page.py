"""What the page of a survey asks after the answer, and what may already be on its way."""

from typing import Any

from community.feedback.models import Item
from community.feedback.places import GUEST
from community.members.requests import Request
from community.search.find import items_of, suggest
from community.search.languages import languages_of
from surveys.campaigns.models import Campaign, Wording
from surveys.responses.forms import CommentForm
from surveys.responses.models import ContactRequest, Quote, Response
from surveys.responses.own import put_to, said_of_own
from surveys.wording.shipped import ask_why

PLANS = ("idea", "feature")  # kinds, by name: the roadmap is a stranger here
LEAST = 8  # letters
MOST = 3


def why(wording: Wording | None, campaign: Campaign, score: int, language: str) -> str:
    """In the words of the wording, else in ours."""
    band = campaign.band_of(score)
    return (wording.reasons.get(band) if wording else "") or ask_why(band, language)


def said_so_far(response: Response) -> dict[str, Any]:
    """What the form begins with."""
    contact = ContactRequest.objects.filter(response=response).first()
    quote = Quote.objects.filter(response=response).first()
    said: dict[str, Any] = {"comment": response.item.body}
    said |= {"contact": True, "how": contact.how} if contact else {}
    said |= {"quote": True, "name": quote.name} if quote else {}
    return said | said_of_own(response)


def further_form(response: Response, language: str, sent: Any = None) -> CommentForm:
    """What follows the number, with what they said so far, or with what they send now."""
    return CommentForm(sent, initial=said_so_far(response), band=response.band, posed=put_to(response, language))


def on_its_way(request: Request, words: str) -> list[Item]:
    """Ideas and features that everybody may read and that come near to the words: to vote for, or look forward to."""
    if len(words) < LEAST:
        return []
    languages = languages_of(words, request.LANGUAGE_CODE)
    found = [suggest(words, GUEST, languages, most=MOST, kind=kind) for kind in PLANS]
    hits = [hit for one in found if not one.is_weak for hit in one.hits]
    items = items_of(hits)
    best = sorted(hits, key=lambda hit: -hit.score)
    return [items[hit.item_id] for hit in best if hit.item_id in items][:MOST]
