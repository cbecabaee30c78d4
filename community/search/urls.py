from django.urls import path

from community.search.views import box, deflections, search, told

urlpatterns = [
    path("search/", search.search, name="search"),
    path("search/suggestions/", search.suggest, name="search-suggestions"),
    path("search/seen/", told.seen, name="search-seen"),
    path("search/recent/removal/", told.clear, name="recent-removal"),
    path("search/recent/keeping/", told.keeping, name="recent-keeping"),
    path("deflections/", deflections.solve, name="deflections"),
    path("deflections/<id:key>/", deflections.solved, name="deflection"),
    path("deflections/<id:key>/withdrawal/", deflections.withdrawal, name="deflection-withdrawal"),
    path("embed/help.js", box.loader, name="box-loader"),
    path("embed/help/", box.box, name="box"),
    path("embed/help/solved/", box.solve, name="box-solve"),
    path("embed/help/solved/<id:key>/", box.solved, name="box-solved"),
    path("embed/help/solved/<id:key>/withdrawal/", box.withdrawal, name="box-withdrawal"),
]
