from django.urls import path

from roadmap.subscriptions import views

urlpatterns = [
    path("changelog/subscription/", views.subscribe, name="changelog-subscription"),
    path("changelog/subscription/confirmation/<str:token>/", views.confirm, name="changelog-confirmation"),
    path("changelog/subscription/end/<str:token>/", views.end, name="changelog-end"),
]
