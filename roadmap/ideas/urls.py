from django.urls import path

from roadmap.ideas.views import board, bulk, duplicates, feeds, ideas, merges, promotion, split, stage, votes

urlpatterns = [
    path("ideas/", board.index, name="ideas"),
    path("ideas/new/", ideas.new, name="idea-new"),
    path("ideas/bulk/", bulk.bulk, name="ideas-bulk"),
    path("ideas/similar/", ideas.similar, name="ideas-similar"),
    path("ideas/<id:pk>/edit/", ideas.edit, name="idea-edit"),
    path("ideas/<id:pk>/stage/", stage.stage, name="idea-stage"),
    path("ideas/<id:pk>/merge/", merges.merge_into, name="idea-merge"),
    path("ideas/<id:pk>/merge/withdrawal/", merges.undo_merge, name="idea-merge-undo"),
    path("ideas/<id:pk>/importance/", ideas.importance, name="idea-importance"),
    path("ideas/<id:pk>/split/", split.split, name="idea-split"),
    path("ideas/<id:pk>/votes/", votes.index, name="idea-votes"),
    path("ideas/<id:pk>/votes/new/", votes.new, name="idea-votes-new"),
    path("ideas/<id:pk>/votes/<id:vote>/withdrawal/", votes.withdrawal, name="idea-votes-withdrawal"),
    path("ideas/<id:pk>/<str:slug>/", ideas.idea, name="idea"),
    path("desk/duplicates/", duplicates.index, name="desk-duplicates"),
    path("desk/duplicates/<id:one>/<id:other>/apart/", duplicates.apart, name="desk-duplicates-apart"),
    path("desk/duplicates/<id:one>/<id:other>/apart/withdrawal/", duplicates.undo_apart, name="desk-duplicates-undo"),
    path("items/<id:pk>/idea/", promotion.promotion, name="item-idea"),
    path("feeds/ideas.atom", feeds.IdeaFeed(), name="feed-ideas"),
    path("sitemap-ideas-<id:page>.xml", feeds.sitemap, name="sitemap-ideas"),
]
