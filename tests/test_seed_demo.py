"""The demo community: the same every time, and never in somebody's own database."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command

from community.discussions.models import Thread
from community.discussions.seed_demo import seed_demo
from community.feedback.models import Item, Label, Vote
from community.feedback.places import Place
from community.knowledge.models import Article, Edit, Highlight, Verdict
from community.members.models import Company, Group, Member, Product, Site
from community.search.searches import Search
from surveys.campaigns.models import Campaign
from surveys.reports.figures import figures
from surveys.responses.models import ContactRequest, Quote
from tests import make

pytestmark = pytest.mark.django_db


def test_fills_an_empty_database(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_demo")
    assert "hearback-demo" in capsys.readouterr().out
    site = Site.current()
    assert (site.name, site.is_demo, site.languages) == (
        "Tidewick Community",
        True,
        [code for code, _name in settings.LANGUAGES],
    )
    assert site.set_up_at is not None
    assert Thread.objects.count() == 60
    assert {item.language for item in Item.objects.filter(kind="thread")} == set(site.languages)
    assert not mail.outbox
    searches = set(Search.objects.values_list("pk", flat=True))
    call_command("seed_demo", if_empty=True)
    assert set(Search.objects.values_list("pk", flat=True)) == searches != set()


def test_is_the_same_every_time() -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def told() -> list[tuple[object, ...]]:
        return [
            *Member.objects.order_by("handle").values_list("handle", "joined_at"),
            *Item.objects.order_by("created_at", "title", "body").values_list("title", "created_at", "vote_count"),
            *Vote.objects.order_by("created_at", "member__handle").values_list("member__handle", "created_at"),
        ]

    seed_demo(now=now)
    first = told()
    Item.objects.all().delete()
    Place.objects.filter(parent__isnull=False).delete()
    for model in (Place, Member, Company, Product, Group, Label):
        model.objects.all().delete()
    seed_demo(now=now)
    assert told() == first


def test_refuses_a_database_in_use(ann: Member, capsys: pytest.CaptureFixture[str]) -> None:
    make.thread(by=ann)
    with pytest.raises(CommandError, match=re.escape("holds a community already")):
        call_command("seed_demo")
    call_command("seed_demo", if_empty=True)
    assert capsys.readouterr().out == ""
    assert Thread.objects.count() == 1
    assert not Site.current().is_demo


def test_the_help_centre_is_complete() -> None:
    call_command("seed_demo")
    articles = Article.objects.select_related("item", "original__item", "owner")
    assert articles.count() == 65
    assert articles.filter(original=None).count() == 40
    assert {one.language for one in articles} == {code for code, _name in settings.LANGUAGES}
    assert sorted(one.language for one in articles if one.is_out_of_date) == ["ar", "ar", "pl", "pl", "pl"]
    assert Place.objects.filter(kind="section", parent=None).count() == 6
    assert Place.objects.get(kind="section", slug="work-rules").parent.slug == "scheduling"
    assert Highlight.objects.filter(is_featured=True).count() == 6
    open_edits = Edit.objects.exclude(state="published").values_list("state", "article__item__state")
    assert sorted(open_edits) == [("draft", "draft"), ("review", "draft")]
    for one in articles:
        counted = one.verdicts.filter(is_helpful=True).count(), one.verdicts.filter(is_helpful=False).count()
        assert (one.helpful_count, one.unhelpful_count) == counted, one
        assert one.edits.filter(state="published").count() == one.revision
        assert one.item.revisions.count() == max(one.revision - 1, 0)
        assert "article:" not in one.item.body
        assert one.item.path == Article.path_for(one.pk, one.item.title)
    assert Verdict.objects.exclude(remark=None).count() == 4
    assert not Item.objects.filter(kind="remark").exclude(visibility="staff").exists()


def test_surveys_tell_of_a_spring_and_an_autumn() -> None:
    call_command("seed_demo")
    spring, autumn = (figures(one) for one in Campaign.objects.order_by("pk"))
    assert (spring.n, autumn.n) == (25, 28)
    assert (spring.score.value, autumn.score.value) == (0, 39)
    assert spring.asked == autumn.asked == 35
    assert set(autumn.languages) == set(Site.current().languages)
    assert ContactRequest.objects.filter(contacted_at=None).count() == 2
    assert Quote.objects.count() == 5
