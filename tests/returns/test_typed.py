"""What a lead typed and did not save holds their return, and is marked where it lies."""

import re

import pytest
from django.test import Client

from programmes.models import Draft, ProductPosition, Rating
from returns.models import ReturnStep
from tests.factories import person
from tests.programmes.rows.forms import Clerk, place
from tests.returns.cast import address

pytestmark = pytest.mark.django_db

RATING = ("rating", "FIN-1/schedule")
NEVER_SAVED = "What you typed for {} is not saved: save it or discard it."


@pytest.fixture
def clerk(month):
    """The lead of ERP before a return that lacks nothing."""
    month.bring("started")
    month.narrative(month.erp, "risk", "A risk")
    return Clerk(Client(), month, month.lead)


def unsaved(clerk):
    """What the page of the return says is missing, and where each sentence leads."""
    page = clerk.client.get(address("my_return", "FIN-1"))
    return [(point.said, point.href) for point in page.context["missing"]]


def submit(clerk):
    return clerk.client.post(address("act", "FIN-1", "submit"))


@pytest.mark.parametrize(
    ("kind", "key", "typed", "about"),
    [
        (*RATING, {"reason": "A supplier is late"}, "Schedule rating of ERP system (FIN-1)"),
        ("product", "book-P1", {"owner": "Finance"}, "Product “Chart of accounts” (book-P1)"),
        ("milestone", "book-M1", {"status_text": "Soon"}, "Milestone “Design agreed” (book-M1)"),
        ("narrative", "FIN-1/risk/1", {"text": "Another risk"}, "Risk 1 of ERP system (FIN-1)"),
        ("narrative", "FIN-1/risk/new", {"text": "One more"}, "“Add: risk”"),
        ("product", "FIN-1/new", {"title": "Ledger"}, "“Add a product to ERP system”"),
        ("milestone", "product/book-P1/new", {"title": "Tested"}, "“Add a milestone to book-P1”"),
        ("milestone", "workstream/FIN-1/new", {"title": "Begun"}, "“Add a milestone to ERP system itself”"),
    ],
)
def test_what_is_typed_and_not_saved_holds_a_return(month, clerk, kind, key, typed, about):
    clerk.save(kind, key, view="draft", **typed)

    ((sentence, href),) = unsaved(clerk)
    assert (sentence, href) == (NEVER_SAVED.format(about), place(month, kind, key))
    held = submit(clerk)
    assert held.status_code == 409
    assert sentence in held.content.decode()
    assert not ReturnStep.objects.exists()

    form = clerk.client.get(href)
    assert "This is what you had typed and not saved" in form.content.decode()
    assert clerk.send(form).status_code == 302
    assert unsaved(clerk) == []
    assert submit(clerk).status_code == 302


def test_what_was_discarded_holds_nothing(month, clerk):
    clerk.save(*RATING, view="draft", reason="A supplier is late")
    clerk.client.post(place(month, *RATING, "draft"), {"discard": "1"})

    assert unsaved(clerk) == []
    assert submit(clerk).status_code == 302


def test_a_draft_that_says_what_is_saved_holds_nothing(month, clerk):
    """One on its way when its form was saved arrives after that save; and a form to add may be emptied again."""
    page = clerk.open(*RATING)
    clerk.send(page, reason="On course")
    clerk.send(page, view="draft", reason="On course")
    clerk.save("narrative", "FIN-1/risk/new", view="draft")
    assert Draft.objects.count() == 2

    assert unsaved(clerk) == []
    assert submit(clerk).status_code == 302


def test_another_s_draft_and_one_of_a_withdrawn_row_hold_nothing(month, clerk):
    Clerk(Client(), month, person("lead", month.erp)).save(*RATING, view="draft", reason="Theirs")
    clerk.save("product", "book-P1", view="draft", owner="Finance")
    ProductPosition.objects.of(month.period).update(withdrawn=True)

    assert unsaved(clerk) == []
    assert submit(clerk).status_code == 302


def test_the_line_of_what_was_typed_says_so(month, clerk):
    clerk.save(*RATING, view="draft", reason="A supplier is late")

    def tags(browser, code):
        page = browser.get(address("task", "FIN-1", code)).content.decode()
        return re.findall(r'<span class="tag">(Draft)</span>', page)

    assert tags(clerk.client, "ratings") == ["Draft"]
    assert tags(clerk.client, "narrative") == []
    line = clerk.client.get(f"{place(month, *RATING)}?line", headers={"HX-Request": "true"})
    assert '<span class="tag">Draft</span>' in line.content.decode()
    other = Clerk(Client(), month, month.reviewer)
    assert tags(other.client, "ratings") == []


def test_each_sentence_leads_to_its_row_and_back(month, clerk):
    Rating.objects.of(month.period).filter(dimension="schedule").update(level="A")
    director = Clerk(Client(), month, person("director", month.root))
    sentence = "Schedule rating of ERP system (FIN-1) has moved and gives no reason."
    back = address("my_return", "FIN-1")

    assert unsaved(clerk) == [(sentence, place(month, *RATING))]
    link = f'<a href="{place(month, *RATING)}?next={back}">{sentence}</a>'
    assert link in clerk.client.get(back).content.decode()
    assert f'href="{back}"' in clerk.client.get(f"{place(month, *RATING)}?next={back}").content.decode()
    assert unsaved(director) == [(sentence, "")], "who may not change it is led to no form"


def test_what_is_worth_a_look_lies_open_once_nothing_is_missing(month, clerk):
    def is_open():
        page = clerk.client.get(address("my_return", "FIN-1")).content.decode()
        return "<details open>" in re.sub(r"\s+", " ", page)

    assert is_open()
    clerk.save(*RATING, view="draft", reason="A supplier is late")
    assert not is_open()


def test_a_locked_return_leads_its_lead_to_no_row(month, clerk):
    submit(clerk)
    clerk.save(*RATING, view="draft", reason="Too late")

    page = clerk.client.get(address("my_return", "FIN-1"))

    assert page.context["missing"] == []
    assert "/rows/" not in page.content.decode()
