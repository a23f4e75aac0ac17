from django.urls import path

from programmes.converters import MONTH
from programmes.rows import listed_kinds
from programmes.views import bulk, founding, lists, people, plan, rows

PEOPLE = "programmes/<slug:slug>/people/"

urlpatterns = [
    path("programmes/new/", founding.found_programme, name="found_programme"),
    path("programmes/<slug:slug>/setting-up/", founding.setting_up, name="setting_up"),
    path(PEOPLE, people.people, name="people"),
    path(f"{PEOPLE}invite/", people.invite, name="invite"),
    path(f"{PEOPLE}<int:pk>/", people.person, name="person"),
    path(f"{PEOPLE}<int:pk>/invite/", people.invite_again, name="invite_again"),
    path(f"{PEOPLE}roles/<int:pk>/remove/", people.role_remove, name="role_remove"),
    path(f"{MONTH}rows/<slug:kind>/<path:key>/draft/", rows.draft, name="draft"),
    path(f"{MONTH}rows/<slug:kind>/<path:key>/remove/", rows.remove, name="remove"),
    path(f"{MONTH}rows/<slug:kind>/<path:key>/confirm/", rows.confirm, name="confirm"),
    path(f"{MONTH}rows/<slug:kind>/<path:key>/", rows.row, name="row"),
    path(f"{MONTH}plan/<slug:kind>/<path:ref>/<slug:act>/", plan.plan, name="plan"),
    path(f"{MONTH}bulk/<slug:what>/", bulk.bulk, name="bulk"),
]

for what in listed_kinds():
    urlpatterns += [
        path(f"{MONTH}{what}/", lists.listing, {"what": what}, name=what),
        path(f"{MONTH}{what}.<slug:code>", lists.listing_file, {"what": what}, name=f"{what}_file"),
    ]
