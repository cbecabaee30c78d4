from django.urls import path

from roadmap.openness import feeds, views

urlpatterns = [
    path("me/impact/", views.impact, name="my-impact"),
    path("me/thanks/", views.allow_thanks, name="my-thanks"),
    path("me/thanks/withdrawal/", views.withdraw_thanks, name="my-thanks-withdrawal"),
    path("open/", views.openness, name="open"),
    path("desk/promises/", views.promises, name="desk-promises"),
    path("desk/unanswered-ideas/", views.unanswered, name="desk-unanswered-ideas"),
    path("sitemap-open.xml", feeds.sitemap_open, name="sitemap-open"),
    path("sitemap-roadmap-<id:page>.xml", feeds.sitemap, name="sitemap-roadmap"),
]
