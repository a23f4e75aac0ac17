"""A refusal is answered with its sentence, on a page or announced beside one; nothing else is taken for one."""

import io
import logging
import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.http import Http404
from django.test import Client
from django.urls import path, reverse

from config import urls
from core.refusal import BUSY, IN_PARTS, Refused
from tests.factories import person

SENTENCE = "June 2022 is <closed>, so nothing in it can change."


@login_not_required
def failing(request, what):
    raise {
        "busy": OperationalError("database is locked"),
        "refused": Refused(SENTENCE),
        "fault": RuntimeError("secret"),
        "forbidden": PermissionDenied,
        "suspicious": SuspiciousOperation("no such thing"),
        "missing": Http404("secret"),
    }[what]


handler400, handler500 = urls.handler400, urls.handler500
urlpatterns = [path("failing/<what>/", failing), *urls.urlpatterns]


@pytest.fixture
def visit(db, settings):
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    return lambda what, method="get", sent=None, **headers: getattr(client, method)(
        f"/failing/{what}/", sent, headers=headers
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_page_says_the_sentence_and_that_nothing_was_changed(visit, method):
    answer = visit("refused", method)

    assert answer.status_code == 409
    title = {"get": "This cannot be changed", "post": "Nothing was changed"}[method]
    assert re.findall(r"<h1>(.*?)</h1>", answer.content.decode()) == [title]
    assert "June 2022 is &lt;closed&gt;, so nothing in it can change." in answer.content.decode()
    assert '<a href="/">Go to the portfolio</a>' in answer.content.decode(), "where the address names nothing nearer"
    assert "HX-Retarget" not in answer.headers


@pytest.mark.parametrize("what", ["forbidden", "suspicious", "host", "busy"])
def test_a_refusal_is_a_line_in_the_log_and_a_fault_keeps_its_traceback(visit, what, monkeypatch):
    written = io.StringIO()
    (console,) = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    monkeypatch.setattr(console, "stream", written)
    _ = Client().get("/", headers={"host": "evil.example"}) if what == "host" else visit(what)
    is_fault = what == "busy"
    assert ("Traceback" in written.getvalue(), written.getvalue().count("\n") == 1) == (is_fault, not is_fault)


@pytest.mark.parametrize("what", ["refused", "missing", "forbidden", "busy"])
def test_page_gives_back_what_was_written(visit, what):
    sent = {"text": "Not <b>late</b>:\na word on it. ", "level": "green", "password": "correct horse"}
    page = visit(what, "post", sent).content.decode()

    assert given_back(page) == ["Not &lt;b&gt;late&lt;/b&gt;:\na word on it."]
    assert "What you wrote" not in visit(what, "post", {"level": "green"}).content.decode()


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (
            {"DATA_UPLOAD_MAX_NUMBER_FIELDS": 2},
            "This form has more than 2 fields, which is more than is taken at once.",
        ),
        ({"DATA_UPLOAD_MAX_MEMORY_SIZE": 10}, "More than 10 bytes was sent, which is more than is taken at once."),
    ],
)
def test_more_than_is_taken_is_told(visit, settings, limit, sentence):
    for name, most in limit.items():
        setattr(settings, name, most)
    sent = {"one": "a", "two": "b", "three": "a word on it"}

    client = Client(enforce_csrf_checks=True)
    client.get(reverse("account_login"))  # for its cookie
    page = client.post("/failing/refused/", sent)
    assert page.status_code == 413
    assert re.findall(r"<h1>(.*?)</h1>", page.content.decode()) == ["Nothing was saved"]
    told = re.findall(r"<p>(.*?)</p>", page.content.decode().replace("\xa0", " "))
    assert told == [sentence, f"Go back: what you typed is still there. {IN_PARTS}"]

    announced = client.post("/failing/refused/", sent, headers={"HX-Request": "true"})
    assert (announced.status_code, announced["HX-Retarget"]) == (413, "#announce")
    assert announced.content.decode().replace("\xa0", " ") == f"Nothing was saved. {sentence} {IN_PARTS}"


def given_back(page):
    return re.findall(r"<blockquote>(.*?)</blockquote>", page, re.DOTALL)


def test_another_site_writes_on_no_page_of_ours(visit):
    """An address that leads to no view asks for no token."""
    client = Client(enforce_csrf_checks=True)
    for address in ("/no/such/page/", "/failing/refused/"):
        assert given_back(client.post(address, {"text": "Ring this number"}).content.decode()) == []


def test_sentence_is_announced_where_a_fragment_was_asked_for(visit):
    answer = visit("refused", "post", **{"HX-Request": "true"})

    assert answer.status_code == 409
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == SENTENCE
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#announce", "textContent")


def test_a_database_that_does_not_answer_is_to_be_asked_again(visit, caplog):
    """T67: the page asks it nothing more, and says nothing of it."""
    page = visit("busy", "post")

    assert page.status_code == 503
    assert re.findall(r"<h1>(.*?)</h1>", page.content.decode()) == ["Try again in a moment"]
    assert "locked" not in page.content.decode()
    assert "database is locked" in caplog.text


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_database_that_goes_before_it_is_known_who_asks_is_no_other(visit, nth):
    """Session and person are read outside of the view."""
    client = Client(raise_request_exception=False)
    client.force_login(person("pmo"))
    asked = []

    def away(execute, *query):
        asked.append(query)
        if len(asked) >= nth:
            raise OperationalError("the server closed the connection")
        return execute(*query)

    with connection.execute_wrapper(away):
        answer = client.get("/")

    assert answer.status_code == 503
    assert len(asked) == nth


def test_it_is_announced_where_a_fragment_was_asked_for_and_the_form_stays(visit):
    answer = visit("busy", "post", **{"HX-Request": "true"})

    assert (answer.status_code, answer.content.decode()) == (503, BUSY)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#announce", "textContent")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
@pytest.mark.parametrize(("what", "status"), [("fault", 500), ("missing", 404)])
def test_nothing_but_a_refusal_is_taken_for_one(visit, headers, what, status):
    answer = visit(what, **headers)

    assert answer.status_code == status
    assert b"secret" not in answer.content
    assert "HX-Retarget" not in answer.headers
