"""Who writes amounts, and until when: whoever reports there until the return is submitted, finance until the month closes."""

import pytest
from django.utils import timezone

from accounts.roles import Permission, Role, allowed
from core.dates import long_date
from finance.models import FinanceLinePosition
from finance.views import grid as views
from programmes.actions import close_period
from returns import actions
from tests.factories import everything, person
from tests.finance.grid.conftest import Editor
from tests.finance.grid.test_grid import BUDGET, OTHER, stated
from tests.programmes.rows.forms import Clerk, form_of
from tests.returns.cast import address

pytestmark = pytest.mark.django_db
LOCKED = "The return of ERP system is submitted. Withdraw it to change something in it."
PAY = "F-0003/2022/23 budget"


def by_partner(said):
    return f"{said} by Finance partner, {long_date(timezone.localdate())}"


def mark(line):
    row = FinanceLinePosition.objects.get(line=line)
    return row.carried, row.changed_by_others


@pytest.fixture
def submitted(month):
    month.bring("submitted")
    return month


@pytest.mark.parametrize("role", Role)
def test_the_page_is_for_whoever_writes_amounts(client, month, role):
    editor = Editor(client, month, person(role, month.root))

    writes = any(allowed([role], each) for each in (Permission.REPORT, Permission.COMPLETE_MONEY))
    assert editor.page.status_code == (200 if writes else 403)
    assert client.post(editor.place, {}).status_code == (302 if writes else 403)


def test_to_an_outsider_it_is_not_there(client, month):
    editor = Editor(client, month, person())

    assert editor.page.status_code == 404
    assert client.post(editor.place, {f"cell {BUDGET}": "1"}).status_code == 404


def test_a_lead_sees_the_lines_of_their_own_workstream_and_writes_no_other(month, sit):
    editor, before = sit(month.lead), everything()
    assert [line.line.ref for line in editor.page.context["grid"].lines] == ["F-0001", "F-0002"]
    assert "Payroll licences" not in editor.text

    answer = editor.client.post(
        editor.place, form_of(editor.page) | {f"cell {PAY}": "5", f"was {PAY}": "", f"cell {BUDGET}": "5,000"}
    )

    assert answer.status_code == 409
    assert everything() == before
    assert editor.client.get(f"{editor.place}?workstream=PEO-1").status_code == 404


def test_lines_of_others_are_shown_and_are_no_fields(month, sit):
    """Somebody who reads all of the programme and reports on a part of it."""
    reader = person("director", month.root)
    reader.memberships.create(workstream=month.erp, role="lead")
    editor = sit(reader)

    assert [(line.line.ref, line.is_open) for line in editor.page.context["grid"].lines] == [
        ("F-0001", True),
        ("F-0002", True),
        ("F-0003", False),
    ]
    assert "Not yours to change" in editor.text
    answer = editor.client.post(editor.place, form_of(editor.page) | {f"cell {PAY}": "5"})
    assert answer.status_code == 409
    assert answer.context["beyond"] == [("F-0003, budget 2022/23", "5")]
    assert PAY not in stated(month)
    assert f"cell {PAY}" not in form_of(editor.page)


# --- Once a return is submitted -----------------------------------------------------------------------------


def test_its_lead_reads_what_holds_the_lines_of_a_submitted_return(submitted, sit):
    editor = sit(submitted.lead)

    assert LOCKED in editor.text
    assert "Return submitted" in editor.text
    assert not [name for name in form_of(editor.page) if name.startswith("cell ")]


def test_a_return_submitted_meanwhile_says_so_and_keeps_what_was_typed(month, sit):
    editor, before = sit(month.lead), stated(month)
    month.bring("submitted")

    answer = editor.type({BUDGET: "5,000"})

    assert answer.status_code == 409
    assert LOCKED in editor.text
    assert form_of(answer)[f"cell {BUDGET}"] == "5,000"
    assert f"cell {OTHER}" not in form_of(answer)
    assert stated(month) == before

    actions.withdraw(*month.seat(month.lead), by=month.lead)
    assert editor.type().status_code == 302
    assert stated(month)[BUDGET] == 5_000_000


def test_a_month_closed_meanwhile_says_so_and_gives_back_what_was_typed(month, sit):
    editor = sit(month.partner)
    close_period(month.period, override="The rest is not asked for")
    before = everything()

    answer = editor.type({BUDGET: "5,000", OTHER: ""}, paste="Staff\t1", preview="1")

    assert answer.status_code == 409
    assert "June 2022 is closed, so nothing in it can change." in editor.text
    assert answer.context["kept"] == [("F-0001, budget 2022/23", "5,000"), ("F-0002, budget 2022/23", "")]
    assert "Staff\t1" in answer.content.decode()
    assert everything() == before
    assert editor.client.get(editor.place).status_code == 409


def test_a_month_closed_between_the_look_and_the_save_keeps_what_was_typed(month, sit, monkeypatch):
    editor = sit(month.partner)
    save = views.save

    def late(found):
        close_period(month.period, override="The rest is not asked for")
        return save(found)

    monkeypatch.setattr(views, "save", late)
    answer = editor.type({BUDGET: "5,000"})

    assert answer.status_code == 409
    assert form_of(answer)[f"cell {BUDGET}"] == "5,000"
    assert stated(month)[BUDGET] == 4_948_000


# --- The finance partner ------------------------------------------------------------------------------------


def test_the_partner_goes_on_after_it_is_submitted_and_both_see_what_was_changed(submitted, sit, client):
    partner = sit(submitted.partner)
    assert [(line.line.ref, line.standing) for line in partner.page.context["grid"].lines] == [
        ("F-0001", "Submitted"),
        ("F-0002", "Submitted"),
        ("F-0003", ""),
    ]

    assert partner.type({BUDGET: "5,000", PAY: "7"}).status_code == 302

    assert stated(submitted)[BUDGET] == 5_000_000
    assert submitted.state() == "submitted"
    assert mark(submitted.staff) == (False, by_partner("Budget 2022/23 changed"))
    assert mark(submitted.other) == (False, "")
    assert by_partner("Budget 2022/23 changed") in partner.text
    client.force_login(submitted.lead)
    said = f"1 row not looked at since this was done: {by_partner('Budget 2022/23 changed')}."
    assert said in client.get(address("my_return", "FIN-1")).content.decode()
    assert by_partner("Budget 2022/23 changed") in client.get(address("task", "FIN-1", "money")).content.decode()


def test_what_the_partner_changes_in_the_form_of_a_line_is_marked_and_what_they_add_too(submitted, client):
    clerk = Clerk(client, submitted, submitted.partner)
    amounts = {f"amount 2022/23 {measure}": "7" for measure in ("budget", "forecast")}

    assert clerk.save("financeline", "F-0003", comment="Asked for", **amounts).status_code == 302
    assert clerk.save("financeline", "FIN-1/new", title="Grant", kind="grant").status_code == 302

    said = "Comment and budget 2022/23 and forecast outturn 2022/23 changed"
    assert mark(submitted.pay) == (False, by_partner(said))
    assert FinanceLinePosition.objects.get(title="Grant").changed_by_others == by_partner("Added")


def test_a_few_amounts_that_were_changed_are_named_and_many_are_counted(month):
    row = FinanceLinePosition.objects.get(line=month.staff)
    then = row.amounts

    assert row.detail_said("amounts", {}) == "budget 2022/23 and forecast outturn 2022/23"
    assert row.detail_said("amounts", then | {"2022/23 budget": "1.00"}) == "budget 2022/23"
    assert row.detail_said("amounts", {"2021/22 budget": "1.00", "2021/22 actual": "1.00"}) == "4 amounts"


@pytest.mark.parametrize("who", ["lead", "pmo"])
def test_what_was_changed_is_looked_at_once_whoever_reports_there_says_so(month, sit, client, who):
    sit(month.partner).type({BUDGET: "5,000"})
    row = FinanceLinePosition.objects.get(line=month.staff)

    client.force_login(getattr(month, who))
    client.post(address("confirm", "financeline", "F-0001"), {"seen": row.version})

    assert mark(month.staff) == (False, "")


def test_a_lead_s_own_change_is_a_look_and_the_pmo_s_is_none(month, sit):
    sit(month.partner).type({BUDGET: "5,000"})
    sit(month.pmo).type({OTHER: "1,400"})
    assert mark(month.other)[1].startswith("Budget 2022/23 changed by PMO officer")

    sit(month.lead).type({BUDGET: "5,100", OTHER: "1,500"})

    assert (mark(month.staff), mark(month.other)) == ((False, ""), (False, ""))


# --- From a return ------------------------------------------------------------------------------------------


def test_the_money_of_a_return_leads_to_the_grid_of_each_table_and_to_each_line(month, client):
    client.force_login(month.lead)
    page = client.get(address("task", "FIN-1", "money"))

    (point,) = page.context["task"].also
    assert point == ("Budget and outturn", "/programmes/book/2022-06/money/edit/?table=position&workstream=FIN-1")
    assert "rows/financeline/F-0001/" in page.content.decode()
    there = client.get(f"{point.href}&next=/programmes/book/2022-06/returns/FIN-1/tasks/money/")
    assert "Back to where you came from" in there.content.decode()
    assert there.context["grid"].month.scope.ref == "FIN-1"


def test_it_leads_to_no_grid_where_nothing_can_be_changed(submitted, client):
    for user in (submitted.lead, person("director", submitted.root)):
        client.force_login(user)
        assert client.get(address("task", "FIN-1", "money")).context["task"].also == ()
