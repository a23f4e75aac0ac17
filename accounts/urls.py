"""The parts of django-allauth in use, under the names it knows them by. There is no sign-up."""

from allauth.account import views
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import demo

urlpatterns = [
    path(
        "sign-in/",
        views.LoginView.as_view(extra_context={"example_people": demo.example_people, "demo_password": demo.password}),
        name="account_login",
    ),
    path("sign-out/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/", views.password_change, name="account_change_password"),
    # allauth sends people here who have no password yet: they choose one by mail, like everybody at first.
    path("password/set/", RedirectView.as_view(pattern_name="account_reset_password"), name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/sent/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/changed/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
