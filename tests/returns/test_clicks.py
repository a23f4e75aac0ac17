"""What people click one after another: a second time, too late, many at once; months run, and what is listed as theirs."""

import re

import pytest
from django.urls import reverse

from programmes.actions import close_period, open_period, reopen_period
from returns import actions
from returns.models import Deadline
from tests.factories import person
from tests.programmes.rows.forms import Clerk
from tests.returns.cast import Month, address, posts, rows

pytestmark = pytest.mark.django_db


def test_a_second_click_says_that_it_was_done(as_, month):
    """T55"""
    month.bring("started")
    browser = as_(month.lead)
    said = [
        browser.post(address("act", "FIN-1", act), follow=True).context["messages"]._loaded_data[0].message
        for act in ("submit", "submit", "withdraw", "withdraw")
    ]

    assert said == [
        "Submitted.",
        "This was submitted already.",
        "Withdrawn: you can change it again.",
        "This was withdrawn already.",
    ]


def test_accepting_many_says_how_many(as_, month):
    for place in (month.erp, month.payroll):
        month.bring("submitted", place)
    browser = as_(month.pmo)

    def accept(*refs):
        response = browser.post(address("returns"), {"unit": refs, "accept": "1"}, follow=True)
        return re.search(r'role="status">([^<]+)</p>', response.content.decode())[1]

    assert accept() == "Tick the returns to accept first."
    assert accept("FIN-1", "PEO-1") == "2 returns accepted."
    assert accept("FIN-1", "PEO-1") == "These were accepted already."


def test_a_list_that_was_narrowed_stays_so_after_an_act(as_, month):
    month.bring("submitted")
    browser, place = as_(month.pmo), address("returns")

    response = browser.post(f"{place}?state=submitted&tick=1", {"unit": "FIN-1", "accept": "1"})

    assert response["Location"] == f"{place}?state=submitted"
    assert browser.post(place, {"unit": "FIN-1"})["Location"] == place


@pytest.mark.parametrize(
    ("path", "said", "link"),
    [
        (address("act", "FIN-1", "submit"), {}, f'<a href="{address("my_return", "FIN-1")}">Go to the return</a>'),
        (
            address("confirm", "product", "book-P1"),
            {},
            '<a href="/programmes/book/2022-06/">Go to the month</a>',
        ),
    ],
)
def test_a_refusal_leads_back_to_what_its_address_names(as_, month, path, said, link):
    response = as_(month.pmo).post(path, said)

    assert response.status_code == 409
    assert link in response.content.decode()


def test_what_can_be_done_with_the_list_stands_before_it(as_, month):
    month.due("2099-07-05")
    before, after = as_(month.pmo).get(address("returns")).content.decode().split("<table")

    for act in ("Accept those ticked", "Remind those whose return is not in", "Close June 2022"):
        assert act in before
        assert act not in after, "five rows are seen at once"


def test_ticking_all_passes_nobody_over(as_, month):
    """What still lies with a workstream's review can be ticked by itself, and is not among all."""
    for place in (month.erp, month.payroll):
        month.bring("submitted", place)
    browser = as_(month.pmo)

    def ticked():
        page = browser.get(address("returns"), {"tick": "1"})
        boxes = re.findall(r'name="unit"\s+value="([\w-]+)"\s+(checked)?', page.content.decode())
        return page.context["may_tick"], boxes

    assert ticked() == (1, [("FIN-1", ""), ("PEO-1", "checked")])
    actions.pass_on(*month.seat(month.reviewer), by=month.reviewer)
    assert ticked() == (2, [("FIN-1", "checked"), ("PEO-1", "checked")])


@pytest.fixture
def remind(as_, month):
    """Return a function that sends the reminders ticked as the PMO and gives what the page says then."""
    seen = []

    def remind():
        """Once more is a second click."""
        browser = as_(month.pmo)
        if not seen:
            page = browser.get(address("remind"))
            ready = page.context["ready"]
            seen.extend(each.stamp for each in ready.reminders if not each.is_again)
            if not seen:
                return next(line for line in (str(ready),) if line in page.content.decode())
        response = browser.post(address("remind"), {"send": seen}, follow=True)
        assert response.status_code == 200
        return re.search(r'role="status">([^<]+)</p>', response.content.decode())[1]

    return remind


# So far ahead that it is asked whether it is meant, and answered.
JULY = {"label": "2022-07", "due_on": "4 August 2099", "due_on_meant": "4 August 2099"}


class TestRemindingSays:
    def test_that_it_needs_a_deadline(self, as_, month):
        assert as_(month.pmo).get(address("remind")).status_code == 409

    def test_how_many_were_written_to_and_who_could_not_be(self, month, remind):
        month.due("2022-07-05")
        alone = " 3 returns have nobody but you who signs in for them."

        assert remind() == f"2 reminders sent to 2 people, about 2 returns.{alone}"
        assert remind() == f"Everybody has been reminded of this already.{alone}"

    def test_one_as_one(self, month, remind):
        month.due("2022-07-05")
        month.reviewer.memberships.all().delete()
        for place in (month.root, month.finance, month.people):
            month.bring("submitted", place)

        assert remind() == (
            "1 reminder sent to 1 person, about 1 return. 1 return has nobody but you who signs in for it."
        )

    def test_that_everybody_has_been_reminded_where_that_is_all(self, month, remind):
        month.due("2022-07-05")
        for place in (month.root, month.people, month.payroll):
            month.bring("submitted", place)
        remind()

        assert remind() == "Everybody has been reminded of this already."

    def test_that_nobody_else_makes_them(self, month, remind):
        month.due("2022-07-05")
        for user in (month.lead, month.reviewer):
            user.memberships.all().delete()

        assert remind() == "Nobody but you makes these."

    def test_that_nothing_is_outstanding(self, month, remind):
        month.due("2022-07-05")
        for place in (month.root, month.finance, month.erp, month.people, month.payroll):
            month.bring("submitted", place)

        assert remind() == "No return is outstanding."


def test_the_list_is_narrowed_by_where_a_return_stands(as_, asked):
    asked.due("2022-07-05")
    browser = as_(asked.pmo)

    def listed(mark):
        page = browser.get(address("returns"), {"state": mark})
        return [each.unit.ref for each in page.context["found"]]

    assert browser.get(address("returns")).context["marks"] == [
        ("not_started", "Not started", 4),
        ("submitted", "Submitted", 1),
        ("late", "Late", 4),
        ("challenged", "Challenged", 1),
    ]
    assert listed("submitted") == listed("challenged") == ["FIN-1"]
    assert listed("late") == listed("not_started") == ["ROOT", "FIN", "PEO", "PEO-1"]
    assert listed("accepted") == listed("burnt") == listed("\0") == []


def test_a_month_that_is_closed_is_said_to_be(as_, month):
    month.bring("accepted")
    close_period(month.period, override="Closed all the same, for the test")
    browser, before = as_(month.pmo), rows()

    response = browser.get(address("month_close"))
    assert response.status_code == 409
    assert "June 2022 is closed, so nothing in it can change." in response.content.decode()
    assert "What you typed" not in response.content.decode()
    for path, data in posts("FIN-1"):
        assert browser.post(path, data).status_code == 409
    assert rows() == before
    assert as_(month.lead).get(reverse("my_returns")).context["months"] == []


class TestRunningAMonth:
    @pytest.fixture
    def closed(self, month):
        month.close()
        return month

    @pytest.fixture
    def told(self, client):
        """Return a function that gives what the page says last to which an answer leads."""

        def last(response):
            return [str(message) for message in client.get(response["Location"]).context["messages"]][-1]

        return last

    def open(self, browser, **data):
        return browser.post(reverse("month_open", args=["book"]), data)

    def test_opens_the_next_with_its_deadline(self, as_, closed):
        browser = as_(closed.pmo)
        page = browser.get(reverse("month_open", args=["book"]))
        assert [label for label, _ in page.context["form"].fields["label"].choices] == [
            "2022-07",
            "2022-08",
            "2022-09",
            "2022-10",
        ]

        response = self.open(browser, **JULY)

        assert response["Location"] == "/programmes/book/2022-07/returns/"
        assert Deadline.objects.get().due_on.isoformat() == "2099-08-04"

    def test_opens_it_once(self, as_, closed, told):
        browser, asked = as_(closed.pmo), JULY
        self.open(browser, **asked)
        before = rows()

        again = self.open(browser, **asked)
        assert again["Location"] == "/programmes/book/2022-07/returns/"
        assert told(again) == "July 2022 is open already."

        for other in ({"due_on": "5 August 2099"}, {"due_on": ""}, {"label": "2022-06"}):
            assert self.open(browser, **asked | other).status_code == 422
        assert rows() == before

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"label": "2022-07", "due_on": ""}, "Name the day by whose end returns are due."),
            ({"label": "2022-07", "due_on": "1/7/2022"}, "This day has passed."),
            ({"label": "2022-07", "due_on": "July 2099"}, "Name one day"),
            ({"label": "2022-07", "due_on": "31/2/2099"}, "is not a date"),
            ({"label": "2022-07", "due_on": "1/1/2099\0"}, "a character that no date has"),
            ({"label": "2022-05", "due_on": "1/1/2099"}, "Select a valid choice"),
            ({"label": "2022-13", "due_on": "1/1/2099"}, "Select a valid choice"),
            ({"label": "\0", "due_on": "1/1/2099"}, "Select a valid choice"),
        ],
    )
    def test_opens_nothing_on_a_slip_of_the_pen(self, as_, closed, data, sentence):
        browser, before = as_(closed.pmo), rows()

        response = self.open(browser, **data)

        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert rows() == before

    def test_closes_once_nothing_holds_it(self, as_, month):
        browser = as_(month.pmo)
        month.due("2022-07-05")
        page = browser.post(address("month_close"))
        assert page.status_code == 422
        assert "5 returns not accepted" in page.content.decode()

        for text in ("Too short", "x" * 5_001, "Why \0 not, it is late"):
            assert browser.post(address("month_close"), {"override": text}).status_code == 422
        month.period.refresh_from_db()
        assert month.period.is_open

        response = browser.post(address("month_close"), {"override": "The committee meets tomorrow"})
        assert response["Location"] == "/programmes/book/2022-06/"
        month.period.refresh_from_db()
        assert (month.period.is_open, month.period.override) == (False, "The committee meets tomorrow")

    @pytest.mark.parametrize("held", [True, False])
    def test_closes_once(self, as_, month, told, held):
        browser, asked = as_(month.pmo), {"override": "The committee meets tomorrow" if held else ""}
        if held:
            month.due("2022-07-05")
        browser.post(address("month_close"), asked)
        before = rows()

        again = browser.post(address("month_close"), asked)
        assert again["Location"] == "/programmes/book/2022-06/"
        assert told(again) == "June 2022 is closed already."

        other = browser.post(address("month_close"), {"override": "Another reason altogether"})
        assert other.status_code == 409
        assert "June 2022 is closed, so nothing in it can change." in other.content.decode()
        assert rows() == before

    def test_sets_no_deadline_that_has_passed(self, as_, month):
        pmo, past, place = Clerk(as_(month.pmo), month, month.pmo), ("deadline", "returns"), address("returns")
        page = pmo.save(*past, due_on="1 July 2022")
        assert page.status_code == 422
        assert "This day has passed. Today is " in page.content.decode()
        assert not Deadline.objects.exists()

        month.due("2022-07-05")
        assert pmo.save(*past, next=place)["Location"] == place, "one that has passed meanwhile may stay"

    def test_names_the_edition_of_an_amendment(self, as_, closed):
        browser = as_(closed.pmo)
        browser.post(address("month_reopen"), {"reason": "A rating was mistyped"})
        closed.period = closed.programme.periods.get(edition=2)

        names = [address("returns"), address("my_return", "FIN-1"), address("task", "FIN-1", "plan")]
        for path in (*names, address("month_close"), address("bulk", "products"), address("row", "product", "book-P1")):
            page = browser.get(path).content.decode()
            assert 'href="/programmes/book/2022-06/?edition=2">' in page, path
            assert "June 2022, edition 2</a>" in page, path
        for path in (*names[:2], address("month_close")):
            page = browser.get(path).content.decode()
            assert "June 2022, edition 2</h1>" in page, path

    def test_amends_a_closed_month_with_a_reason(self, as_, closed, told):
        browser = as_(closed.pmo)
        for text in ("", "Too short", "x" * 5_001, "Why \0 not, it is late"):
            assert browser.post(address("month_reopen"), {"reason": text}).status_code == 422

        response = browser.post(address("month_reopen"), {"reason": "A rating was mistyped"})

        assert response["Location"] == address("returns")
        again = browser.post(address("month_reopen"), {"reason": " A rating was mistyped "})
        assert again["Location"] == address("returns")
        assert told(again) == "June 2022, edition 2 is open already."
        other = browser.post(address("month_reopen"), {"reason": "A product was forgotten"})
        assert (other.status_code, closed.programme.periods.filter(label="2022-06").count()) == (422, 2)
        assert browser.get(reverse("month_reopen", args=["book", "2022-07"])).status_code == 404


class TestMyReturns:
    def listed(self, browser):
        return [
            ([each.unit.ref for each in found.make], [each.unit.ref for each in found.look_at])
            for found in browser.get(reverse("my_returns")).context["months"]
        ]

    def test_are_those_one_is_the_nearest_to_and_those_that_lie_with_one(self, as_, month):
        month.bring("submitted")
        month.bring("submitted", month.payroll)

        assert self.listed(as_(month.lead)) == [(["FIN-1"], [])]
        assert self.listed(as_(month.reviewer)) == [(["FIN"], ["FIN-1"])]
        assert self.listed(as_(month.pmo)) == [(["ROOT"], ["PEO-1"])]

        actions.pass_on(*month.seat(month.reviewer), by=month.reviewer)
        assert self.listed(as_(month.reviewer)) == [(["FIN"], [])]
        assert self.listed(as_(month.pmo)) == [(["ROOT"], ["FIN-1", "PEO-1"])]

    def test_hold_no_review_of_what_one_submitted(self, as_, month):
        """Not even beside somebody else who reviews it, of the same name perhaps."""
        month.bring("started")
        actions.submit(*month.seat(month.reviewer), by=month.reviewer)
        assert self.listed(as_(month.reviewer)) == [(["FIN"], [])]
        assert self.listed(as_(month.pmo)) == [(["ROOT"], ["FIN-1"])]

        other = person("lead", month.finance, name=month.reviewer.name)
        assert self.listed(as_(month.reviewer)) == [(["FIN"], [])]
        assert self.listed(as_(other)) == [(["FIN"], ["FIN-1"])]
        assert self.listed(as_(month.pmo)) == [(["ROOT"], [])]

    def test_are_the_programmes_own_for_its_lead(self, as_, month):
        head = person("lead", month.root)
        month.bring("submitted", month.payroll)  # to nobody between

        assert self.listed(as_(head)) == [(["ROOT"], [])], "the others are left to them, below their own"
        assert self.listed(as_(month.pmo)) == [([], ["PEO-1"])]
        assert month.standing(month.root).waits_for == "its lead"

    def test_hold_a_return_that_has_no_lead_of_its_own_apart_from_those_of_ones_own_place(self, as_, month):
        browser = as_(person("lead", month.people))

        assert self.listed(browser) == [(["PEO"], [])]
        response = browser.get(reverse("my_returns"))
        (found,) = response.context["months"]
        assert [each.unit.ref for each in found.left_to] == ["PEO-1"]
        closed = response.content.decode().split("<details>")[1].split("</details>")[0]
        assert "Below yours, left to you as nobody has a role there: 1" in closed
        assert 'returns/PEO-1/"' in closed

    def test_begin_with_what_waits_for_one(self, as_, month):
        month.bring("submitted")

        page = as_(month.reviewer).get(reverse("my_returns")).content.decode()

        assert re.findall("<h3>([^<]+)</h3>", page) == ["Waiting for you to look at", "To make"]

    def test_begin_with_those_still_to_make(self, as_, month):
        head = person("lead", month.people)
        head.memberships.create(workstream=month.payroll, role="lead")
        month.bring("submitted", month.people)

        assert self.listed(as_(head)) == [(["PEO-1", "PEO"], [])]

    @pytest.mark.parametrize("role", ["director", "finance", "assurance", "committee", "councillor", "administrator"])
    def test_are_none_for_who_makes_none(self, as_, month, role):
        browser = as_(person(role, month.root))

        assert self.listed(browser) == []
        assert "There is nothing for you to report or to look at" in browser.get(reverse("my_returns")).content.decode()

    def test_are_of_every_programme_and_of_an_amendment_beside_the_month(self, as_, month):
        other = Month("other")
        month.lead.memberships.create(workstream=other.erp, role="lead")
        month.close()
        open_period(month.programme, "2022-07")
        reopen_period(month.period, reason="A rating was mistyped")

        found = as_(month.lead).get(reverse("my_returns")).context["months"]

        assert [(str(each.month.period), each.make[0].state) for each in found] == [
            ("June 2022, edition 2", "not_started"),
            ("July 2022", "not_started"),
            ("June 2022", "not_started"),
        ]
