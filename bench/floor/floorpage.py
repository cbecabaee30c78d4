"""Our own floor: one file, three queries, twenty posts, and as little else as Django allows.

/thread/<id>/          made for each request
/thread-locmem/<id>/   the same page stored whole in the worker's memory

What makes it cheap: rows are named tuples instead of model instances, dates and numbers are words
before they reach the template, and the template has no filters. Middleware and context are those of
any Django site, for a page without them is no page of a site.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        DEBUG=False,
        SECRET_KEY="floor",  # noqa: S106
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        TIME_ZONE="UTC",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).resolve().parent / "templates"],
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": os.environ.get("FLOOR_DB", "floor"),
                "USER": os.environ.get("FLOOR_DB_USER", "postgres"),
                "PASSWORD": os.environ.get("FLOOR_DB_PASSWORD", ""),
                "HOST": os.environ.get("FLOOR_DB_HOST", "127.0.0.1"),
                "PORT": os.environ.get("FLOOR_DB_PORT", "5432"),
                "CONN_MAX_AGE": 600,
            }
        },
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
django.setup()

from django.core.cache import cache  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.db.models import F  # noqa: E402
from django.http import Http404, HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.safestring import SafeString  # noqa: E402

SIZE = 20


class Member(models.Model):
    name = models.CharField(max_length=60)
    posts = models.IntegerField(default=0)

    class Meta:
        app_label = "floor"
        db_table = "member"

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    name = models.CharField(max_length=60)

    class Meta:
        app_label = "floor"
        db_table = "category"

    def __str__(self) -> str:
        return self.name


class Thread(models.Model):
    category = models.ForeignKey(Category, on_delete=models.CASCADE)
    starter = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    last_user = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    posts = models.IntegerField()
    views = models.IntegerField()
    created = models.DateTimeField()
    last_at = models.DateTimeField()
    last_post_id = models.BigIntegerField()

    class Meta:
        app_label = "floor"
        db_table = "thread"

    def __str__(self) -> str:
        return self.title


class Post(models.Model):
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE)
    author = models.ForeignKey(Member, on_delete=models.CASCADE)
    seq = models.IntegerField()
    html = models.TextField()
    created = models.DateTimeField()

    class Meta:
        app_label = "floor"
        db_table = "post"

    def __str__(self) -> str:
        return f"{self.thread_id}#{self.seq}"


def words(at: datetime) -> str:
    return at.strftime("%-d %b %Y, %H:%M")


def shown(row: Any) -> dict[str, Any]:
    """A post as its template shows it."""
    return {
        "id": row.id,
        "seq": row.seq,
        "author_id": row.author_id,
        "author": row.author_name,
        "posts": f"{row.author_posts:,}",
        "iso": row.created.isoformat(),
        "at": words(row.created),
        "html": SafeString(row.html),
    }


def made(request: HttpRequest, pk: int) -> HttpResponse:
    """The page in three queries: the thread with its people, its posts, the categories."""
    page = int(request.GET.get("page", 1))
    thread = (
        Thread.objects.filter(pk=pk)
        .values_list(
            "id", "category_id", "starter_id", "title", "posts", "views", "created",
            "category__name", "starter__name", named=True,
        )
        .first()
    )  # fmt: skip
    if thread is None:
        raise Http404
    low = (page - 1) * SIZE
    posts = (
        Post.objects.filter(thread_id=pk, seq__gt=low, seq__lte=low + SIZE)
        .annotate(author_name=F("author__name"), author_posts=F("author__posts"))
        .values_list("id", "seq", "author_id", "author_name", "author_posts", "created", "html", named=True)
        .order_by("seq")
    )
    context = {
        "thread": thread,
        "begun": words(thread.created),
        "counts": f"{thread.posts:,} posts, {thread.views:,} views",
        "posts": [shown(row) for row in posts],
        "categories": list(Category.objects.order_by("id").values_list("id", "name")),
        "page": page,
        "pages": -(-thread.posts // SIZE),
    }
    return render(request, "thread.html", context)


def thread(request: HttpRequest, pk: int) -> HttpResponse:
    return made(request, pk)


def kept(request: HttpRequest, pk: int) -> HttpResponse:
    """The page out of the worker's memory."""
    key = f"page:{pk}:{request.GET.get('page', '1')}"
    body = cache.get(key)
    if body is None:
        body = made(request, pk).content
        cache.set(key, body, 3600)
    return HttpResponse(body)


urlpatterns = [path("thread/<int:pk>/", thread), path("thread-locmem/<int:pk>/", kept)]
application = get_wsgi_application()
