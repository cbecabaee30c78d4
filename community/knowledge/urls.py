from django.urls import path

from community.knowledge.views import desk, feeds, order, reading, verdicts

urlpatterns = [
    path("help/", reading.index, name="help"),
    path("help/a/<id:pk>/<str:slug>/", reading.article, name="article"),
    path("help/<slug:slug>/", reading.section, name="section"),
    path("articles/<id:pk>/helpful/", verdicts.helpful, name="helpful"),
    path("articles/<id:pk>/helpful/reason/", verdicts.reason, name="helpful-reason"),
    path("feeds/help.atom", feeds.HelpFeed(), name="feed-help"),
    path("feeds/help/<slug:slug>.atom", feeds.SectionFeed(), name="feed-section"),
    path("sitemap-help-<id:page>.xml", feeds.sitemap, name="sitemap-help"),
    path("desk/articles/", desk.articles, name="desk-articles"),
    path("desk/articles/coverage/", desk.coverage, name="desk-coverage"),
    path("desk/articles/new/", desk.new, name="desk-article-new"),
    path("desk/articles/<id:pk>/", desk.article, name="desk-article"),
    path("desk/articles/<id:pk>/edits/", desk.edits, name="desk-edits"),
    path("desk/articles/<id:pk>/settings/", desk.settings, name="desk-article-settings"),
    path("desk/articles/<id:pk>/translation/<str:language>/", desk.translation, name="desk-translation"),
    path("desk/articles/<id:pk>/note/", desk.note, name="desk-article-note"),
    path("desk/articles/<id:pk>/schedule/", desk.schedule, name="desk-article-schedule"),
    path("desk/articles/<id:pk>/<slug:act>/", desk.act, name="desk-article-act"),
    path("desk/sections/<slug:slug>/order/", order.order, name="desk-section-order"),
    path("items/<id:pk>/article/", desk.promotion, name="promotion"),
]
