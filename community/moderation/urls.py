from django.urls import path

from community.moderation.views import appeals, champions, flags, log, people, queue, rules

urlpatterns = [
    path("items/<id:pk>/flag/", flags.report, name="flag"),
    path("desk/moderation/", queue.queue, name="moderation"),
    path("desk/moderation/items/<id:pk>/", queue.item, name="moderation-item"),
    path("desk/moderation/items/<id:pk>/<slug:act>/", queue.act, name="moderation-act"),
    path("desk/moderation/rules/", rules.rules, name="moderation-rules"),
    path("desk/moderation/rates/", queue.rates, name="moderation-rates"),
    path("desk/moderation/log/", log.log, name="moderation-log"),
    path("desk/moderation/appeals/", appeals.appeals, name="appeals"),
    path("desk/moderation/appeals/<id:pk>/grant/", appeals.grant, name="appeal-grant"),
    path("desk/moderation/appeals/<id:pk>/refusal/", appeals.refuse, name="appeal-refusal"),
    path("desk/moderation/members/<str:handle>/", people.member, name="moderation-member"),
    path("desk/moderation/members/<str:handle>/sanction/", people.impose, name="sanction"),
    path("desk/moderation/members/<str:handle>/sweep/", people.remove_everything, name="sweep"),
    path("desk/moderation/members/<str:handle>/champion/", people.make_champion, name="champion"),
    path("desk/moderation/members/<str:handle>/champion/end/", people.unmake_champion, name="champion-end"),
    path("desk/moderation/sanctions/<id:pk>/end/", people.release, name="sanction-end"),
    path("desk/moderation/sweeps/<id:pk>/undo/", people.bring_back, name="sweep-undo"),
    path("moderation/log/", log.public_log, name="public-log"),
    path("appeals/<id:pk>/", appeals.ask, name="appeal"),
    path("appeals/by/<str:token>/", appeals.ask_from_outside, name="appeal-from-outside"),
    path("champions/", champions.champions, name="champions"),
]
