"""Reminding again: whom the PMO ticks, in the words that they read, once however often it is clicked."""

import pytest

from accounts.models import AuditEntry
from jobs.models import Letter
from tests.factories import person
from tests.returns.cast import address


@pytest.fixture
def due(month):
    month.due("2099-07-05")
    return month


@pytest.fixture
def preview(due, as_):
    """Return a function that reads the page of reminders and gives each by the name of its reader."""

    def preview(ref=""):
        page = as_(due.pmo).get(address("remind"), {"unit": ref} if ref else {})
        assert page.status_code == 200
        return page, {each.person.name: each for each in page.context["ready"].reminders}

    return preview


@pytest.fixture
def send(due, as_):
    def send(*found, ref=""):
        place = address("remind") + (f"?unit={ref}" if ref else "")
        return as_(due.pmo).post(place, {"send": [each.stamp for each in found]})

    return send


def letters(user):
    return list(user.letters.order_by("pk").values_list("subject", "body"))


def test_the_text_is_read_before_it_goes_and_goes_as_it_was_read(due, preview, send):
    page, found = preview()
    shown = page.content.decode()
    mine = found["Lead of ERP"]
    assert set(found) == {"Lead of ERP", "PMO of Finance"}
    assert mine.subject in shown
    assert mine.body in shown
    assert shown.count("Not reminded yet.") == shown.count("checked>") == 2
    assert Letter.objects.count() == 0

    assert send(mine)["Location"] == address("returns")

    assert letters(due.lead) == [(mine.subject, mine.body)]
    assert letters(due.reviewer) == []


def test_it_says_when_each_was_last_reminded_and_reminds_again_who_is_ticked(due, preview, send):
    send(*preview()[1].values())
    page, found = preview()
    shown = page.content.decode()
    assert shown.count("Last reminded on ") == 2
    assert "checked>" not in shown

    send(found["Lead of ERP"])

    assert letters(due.lead) == [(found["Lead of ERP"].subject, found["Lead of ERP"].body)] * 2
    assert len(letters(due.reviewer)) == 1
    assert AuditEntry.objects.filter(what="return.remind").count() == 2


@pytest.mark.parametrize("times", [1, 2])
def test_a_second_click_sends_nothing_more(due, preview, send, times):
    for _ in range(times):
        mine = preview()[1]["Lead of ERP"]
        for _ in range(2):
            assert send(mine).status_code == 302

    assert len(letters(due.lead)) == times


def test_two_officers_who_remind_at_once_do_so_once(due, preview, send, as_):
    mine = preview()[1]["Lead of ERP"]
    other = person("pmo", due.root, name="Second officer")
    send(mine)

    as_(other).post(address("remind"), {"send": [mine.stamp]})

    assert len(letters(due.lead)) == 1


def test_one_return_by_itself(due, preview, send, as_):
    due.lead.memberships.create(workstream=due.payroll, role="lead")
    _, found = preview("FIN-1")
    assert set(found) == {"Lead of ERP"}
    assert "Payroll" not in found["Lead of ERP"].body
    assert f"{address('remind')}?unit=FIN-1" in as_(due.pmo).get(address("my_return", "FIN-1")).content.decode()

    assert send(found["Lead of ERP"], ref="FIN-1")["Location"] == address("my_return", "FIN-1")

    assert len(letters(due.lead)) == 1
    both = preview()[1]["Lead of ERP"]
    assert (both.is_again, "Payroll" in both.body, "ERP" in both.body) == (False, True, False), "of what is new to them"


def test_a_text_that_is_not_true_any_more_is_not_sent(due, preview, send):
    found = preview()[1]
    due.bring("started")

    answer = send(*found.values())

    assert answer.status_code == 409
    assert "Some of these returns stand otherwise by now. Nothing was sent." in answer.content.decode()
    assert Letter.objects.count() == 0
    assert "ERP system: started" in answer.context["ready"].reminders[1].body


@pytest.mark.parametrize("stamps", [[], ["x"], ["0/0/0"], ["\0"], ["9" * 30 + "/0/a"]])
def test_what_no_page_sends_is_refused(due, as_, stamps):
    answer = as_(due.pmo).post(address("remind"), {"send": stamps})

    assert answer.status_code == (409 if stamps else 422)
    assert Letter.objects.count() == 0


def test_it_is_for_those_who_accept(due, as_):
    for user, status in ((due.lead, 403), (due.reviewer, 403), (person(), 404)):
        assert as_(user).get(address("remind")).status_code == status
        assert as_(user).post(address("remind"), {"send": "x"}).status_code == status
    assert as_(due.pmo).get(address("remind"), {"unit": "NOT"}).status_code == 404
    assert "?unit=" not in as_(due.lead).get(address("my_return", "FIN-1")).content.decode()


def test_where_every_return_is_in_there_is_nobody_to_remind(due, preview):
    for place in (due.erp, due.payroll, due.finance, due.people, due.root):
        due.bring("submitted", place)

    page, found = preview()

    assert found == {}
    assert "No return is outstanding." in page.content.decode()
