from django.urls import path, register_converter

from surveys.embed import desk, views
from surveys.embed.models import KEY_LENGTH


class Key:
    """The public key of a widget: other addresses under /embed/ are shorter words."""

    regex = f"[a-z0-9]{{{KEY_LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Key, "widget")

urlpatterns = [
    path("embed/hearback.js", views.loader, name="survey-loader"),
    path("embed/<widget:key>/", views.survey, name="survey-frame"),
    path("embed/<widget:key>/comment/", views.comment, name="survey-frame-comment"),
    path("embed/<widget:key>/offer/", views.offer, name="survey-frame-offer"),
    path("embed/<widget:key>/ask/", views.ask, name="survey-ask"),
    path("embed/<widget:key>/shown/", views.shown, name="survey-shown"),
    path("desk/surveys/<id:pk>/embed/", desk.widget, name="desk-survey-embed"),
    path("desk/surveys/<id:pk>/embed/secret/", desk.secret, name="desk-survey-secret"),
    path("desk/surveys/<id:pk>/link/", desk.link, name="desk-survey-link"),
    path("desk/surveys/<id:pk>/link/new/", desk.make_link, name="desk-survey-link-new"),
    path("desk/surveys/<id:pk>/link/code.svg", desk.code, {"kind": "svg"}, name="desk-survey-code-svg"),
    path("desk/surveys/<id:pk>/link/code.png", desk.code, {"kind": "png"}, name="desk-survey-code-png"),
]
