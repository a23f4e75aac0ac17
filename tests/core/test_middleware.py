"""A person's page is kept by nobody else, a fragment is never taken for its page, and each request has a number."""

import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import include, path

from core.middleware import numbered_requests, private_pages, request_id


def answered(response):
    """The response as it leaves the middleware."""
    return private_pages(lambda request: response)(RequestFactory().get("/"))


def vary(response):
    return {name.strip() for name in response.headers["Vary"].split(",")}


def test_page_is_kept_by_no_cache_and_apart_from_its_fragment():
    assert dict(answered(HttpResponse("x")).headers) == {
        "Content-Type": "text/html; charset=utf-8",
        "Vary": "HX-Request",
        "Cache-Control": "no-store",
    }


@pytest.mark.parametrize("before", ["Cookie", "Cookie, Accept-Language", "HX-Request", "hx-request"])
def test_what_a_page_already_varies_by_is_kept_and_nothing_stands_twice(before):
    response = answered(HttpResponse(headers={"Vary": before}))

    assert [name.lower() for name in response.headers["Vary"].split(", ")] == list(
        dict.fromkeys([*before.lower().split(", "), "hx-request"])
    )


@pytest.mark.parametrize("chosen", ["public, max-age=3600", "private", "no-cache"])
def test_view_that_knows_better_keeps_its_word(chosen):
    assert answered(HttpResponse(headers={"Cache-Control": chosen})).headers["Cache-Control"] == chosen


# --- The number of a request --------------------------------------------------------------------------------


def number_of(**headers):
    """The number that a view sees, and the answer."""
    seen = []

    def view(request):
        seen.append(request_id.get())
        return HttpResponse("x")

    return seen, numbered_requests(view)(RequestFactory().get("/", headers=headers))


def test_answer_carries_the_number_that_was_seen_while_it_was_made():
    seen, response = number_of()

    assert [response.headers["X-Request-Id"]] == seen
    assert re.fullmatch("[0-9a-f]{32}", seen[0])


def test_no_two_requests_share_a_number_and_none_chooses_its_own():
    chosen = "0" * 32
    numbers = [number_of(**{"X-Request-Id": chosen})[0][0] for _ in range(3)]

    assert len({chosen, *numbers}) == 4


def test_there_is_no_number_between_requests_even_after_a_fault():
    with pytest.raises(RuntimeError):
        numbered_requests(broken)(RequestFactory().get("/"))

    assert request_id.get() == ""


# --- In the real stack --------------------------------------------------------------------------------------


@login_not_required
def page(request):
    return HttpResponse("x")


@login_not_required
def missing(request):
    raise Http404


@login_not_required
def forbidden(request):
    raise PermissionDenied


@login_not_required
def broken(request):
    raise RuntimeError


urlpatterns = [path(f"tests/{view.__name__}/", view) for view in (page, missing, forbidden, broken)]
urlpatterns.append(path("", include("config.urls")))  # error pages link to the others


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("name", "status"), [("page", 200), ("missing", 404), ("forbidden", 403), ("broken", 500)])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_every_answer_of_the_application_says_so_errors_too(client, name, status, headers):
    client.raise_request_exception = False
    response = client.get(f"/tests/{name}/", headers=headers)

    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in vary(response)
