"""The month around its returns: opened with a deadline, held open by what is not settled, and opened again."""

import datetime as dt

import pytest
from django.core.management import call_command

from accounts import audit
from accounts.models import AuditEntry
from core.dates import long_date
from core.refusal import Refused
from jobs.models import Letter
from programmes.actions import close_period, reopen_period
from programmes.forms.founding import last_month
from programmes.founding.actions import first_due
from programmes.models import Period, Programme, SchemeVersion, Workstream, WorkstreamPosition
from programmes.month import whole_month
from programmes.months.closing import objections
from programmes.months.verification import Differs, verified
from returns import actions, challenges
from returns.letters import sent
from returns.models import ChallengeStep, Deadline, ReturnStep
from returns.months import open_month
from returns.reminders import remind
from returns.status import standings, units
from tests.factories import founder, person, somerset_scheme
from tests.returns.cast import Month, address

pytestmark = pytest.mark.django_db
REASON = "The committee meets tomorrow"
FIRST = {
    "name": "Kent reorganisation",
    "council": "Kent County Council",
    "slug": "kent",
    "starts_on": "1/1/2098",
    "starts_on_meant": "1/1/2098",
    "vesting_day": "1 April 2099",
    "vesting_day_meant": "1 April 2099",
    "scheme": "somerset",
    "label": "2099-01",
}


class TestTheGate:
    def test_holds_nothing_in_a_month_kept_some_other_way(self, month):
        month.rate(month.erp)

        assert objections(whole_month(month.period)) == []

    def test_holds_a_month_with_a_deadline(self, month):
        month.due("2022-07-05")

        assert objections(whole_month(month.period)) == ["5 returns not accepted: ROOT, FIN, FIN-1 and 2 more."]

    def test_is_not_lifted_by_taking_the_deadline_away(self, month, as_):
        month.due("2022-07-05")
        pmo, row = as_(month.pmo), "/programmes/book/2022-06/rows/deadline/returns/"

        assert "Take away" not in pmo.get(row).content.decode()
        answer = pmo.post(f"{row}remove/", {"seen": 1, "of": Deadline.objects.get().pk})

        assert answer.status_code == 409
        assert "cannot be taken away: set another day instead." in answer.content.decode()
        assert Deadline.objects.exists()
        assert objections(whole_month(month.period)) != []

    def test_holds_a_month_in_which_something_was_submitted(self, month):
        month.bring("submitted")
        assert objections(whole_month(month.period)) == ["5 returns not accepted: ROOT, FIN, FIN-1 and 2 more."]

        actions.accept(month.desk(month.pmo), [month.seat(month.pmo)[1]], by=month.pmo)
        assert objections(whole_month(month.period)) == ["4 returns not accepted: ROOT, FIN, PEO and 1 more."]

    def test_holds_while_something_is_asked(self, month):
        for text in ("Why?", "How?"):
            challenges.ask(*month.seat(month.pmo), about="", text=text, by=month.pmo)
        challenges.ask(*month.seat(month.pmo, month.payroll), about="", text="Who?", by=month.pmo)
        assert objections(whole_month(month.period)) == ["3 challenges not settled: FIN-1, PEO-1."]

        for number in (1, 2):
            challenges.settle(*month.seat(month.pmo), number, text="", by=month.pmo)
        assert objections(whole_month(month.period)) == ["1 challenge not settled: PEO-1."]

    def test_holds_nothing_for_a_workstream_that_has_gone(self, month):
        """Nobody could settle it any more, or submit it."""
        challenges.ask(*month.seat(month.pmo, month.payroll), about="", text="Who?", by=month.pmo)
        WorkstreamPosition.objects.of(month.period).filter(workstream=month.payroll).update(withdrawn=True)

        assert objections(whole_month(month.period)) == []

    def test_holds_nothing_for_a_workstream_moved_below_those_that_make_returns(self, as_, month):
        """It is reported in another's return then, and its own has no page any more."""
        challenges.ask(*month.seat(month.pmo, month.payroll), about="", text="Who?", by=month.pmo)
        WorkstreamPosition.objects.of(month.period).filter(workstream=month.payroll).update(parent=month.erp)

        assert as_(month.pmo).get(address("my_return", "PEO-1")).status_code == 404
        assert objections(whole_month(month.period)) == []

    def test_passes_once_everything_is_accepted(self, month):
        month.due("2022-07-05")
        for place in (month.root, month.finance, month.erp, month.people, month.payroll):
            month.bring("accepted", place)

        assert objections(whole_month(month.period)) == []
        assert close_period(month.period, by=month.pmo).held_by == []

    def test_is_overridden_with_a_reason_that_is_kept(self, month):
        month.due("2022-07-05")
        sentence = "5 returns not accepted: ROOT, FIN, FIN-1 and 2 more."
        for reason in ("", "Too short"):
            with pytest.raises(Refused):
                close_period(month.period, override=reason, by=month.pmo)

        closed = close_period(month.period, override=REASON, by=month.pmo)

        assert (closed.held_by, closed.override) == ([sentence], REASON)


class TestOpening:
    @pytest.fixture
    def closed(self, month):
        month.close()
        return month

    def test_sets_the_deadline_with_the_month(self, closed):
        known = AuditEntry.objects.count()
        period = open_month(closed.programme, "2022-07", dt.date(2022, 8, 4), by=closed.pmo)

        assert Deadline.objects.of(period).get().due_on == dt.date(2022, 8, 4)
        entries = AuditEntry.objects.order_by("seq")[known:]
        assert [(entry.what, entry.subject, entry.after) for entry in entries] == [
            ("period.open", "July 2022", {"state": "open"}),
            ("deadline.add", "Deadline of the returns, July 2022", {"due_on": "2022-08-04"}),
        ]

    def test_tells_whoever_makes_its_returns_in_one_letter_each(self, closed, settings):
        settings.PUBLIC_URL = "https://plumbline.council.example"
        person("pmo", closed.root, name="Second officer")
        closed.period = open_month(closed.programme, "2022-07", dt.date(2022, 8, 4), by=closed.pmo)

        found = {letter.recipient.name: letter for letter in Letter.objects.all()}
        assert {name: letter.subject for name, letter in found.items()} == {
            "Lead of ERP": "ERP system, July 2022: return due 4 August 2022",
            "PMO of Finance": "Finance, July 2022: return due 4 August 2022",
            "Second officer": "July 2022: 3 returns due 4 August 2022",
        }
        assert found["Lead of ERP"].body == (
            "July 2022 is open. Due by the end of 4 August 2022:\n\n"
            "- ERP system: not started\n"
            "  https://plumbline.council.example/programmes/book/2022-07/returns/FIN-1/\n\n"
            "The book programme"
        )
        assert list(sent(*closed.seat(closed.lead))) == [found["Lead of ERP"]]

    def test_leaves_them_to_be_reminded_of_it(self, closed):
        closed.period = open_month(closed.programme, "2022-07", dt.date(2022, 8, 4), by=closed.pmo)
        desk = closed.desk(closed.pmo)

        assert remind(desk, standings(desk, units(desk)), by=closed.pmo).letters == 2

    def test_tells_nobody_where_it_is_an_amendment_or_opened_by_a_command(self, closed):
        closed.period = reopen_period(closed.period, reason="A rating was mistyped", by=closed.pmo)
        closed.close()
        call_command("period", "open", "book", "2022-07")

        assert Letter.objects.count() == 0

    def test_begins_every_return_afresh(self, closed):
        assert Deadline.objects.count() == 0
        closed.period = open_month(closed.programme, "2022-07", dt.date(2022, 8, 4), by=closed.pmo)

        assert closed.state() == "not_started"
        assert not ReturnStep.objects.of(closed.period).exists()

    def test_is_all_or_nothing(self, closed):
        known = (Period.objects.count(), AuditEntry.objects.count())

        for user, label in ((closed.pmo, "2022-05"), (closed.lead, "2022-07"), (person(), "2022-07")):
            with pytest.raises(Refused):
                open_month(closed.programme, label, dt.date(2022, 8, 4), by=user)
        assert (Period.objects.count(), AuditEntry.objects.count(), Deadline.objects.count()) == (*known, 0)
        assert Letter.objects.count() == 0

    def test_of_a_programme_without_workstreams_tells_nobody(self, db):
        programme = Programme.objects.create(slug="new", name="The new programme", council="Example Council")
        SchemeVersion.objects.create(programme=programme, number=1, document=somerset_scheme())
        officer = person("pmo", Workstream.objects.create(programme=programme, ref="ROOT"))

        assert open_month(programme, "2022-07", dt.date(2022, 8, 4), by=officer).is_open
        assert Letter.objects.count() == 0


class TestReopening:
    def test_the_new_edition_carries_what_was_done(self, month):
        month.due("2022-07-05")
        month.bring("accepted")
        challenges.ask(*month.seat(month.pmo), about="", text="Why?", by=month.pmo)
        challenges.settle(*month.seat(month.pmo), 1, text="Agreed", by=month.pmo)
        first = close_period(month.period, override=REASON, by=month.pmo)

        month.period = reopen_period(first, reason="A rating was mistyped", by=month.pmo)

        found = month.standing()
        assert (found.state, found.due_on, found.challenges) == ("accepted", dt.date(2022, 7, 5), 0)
        for model in (ReturnStep, ChallengeStep):
            said = [
                list(model.objects.of(each).order_by("pk").values("actor", "at", "seq"))
                for each in (first, month.period)
            ]
            assert said[0] == said[1] != []

    def test_in_which_it_goes_on_and_the_old_one_stays(self, month):
        month.bring("accepted")
        first = close_period(month.period, override=REASON, by=month.pmo)
        month.period = reopen_period(first, reason="A rating was mistyped", by=month.pmo)

        actions.send_back(*month.seat(month.pmo), reason="The schedule was red", by=month.pmo)
        actions.submit(*month.seat(month.lead), by=month.lead)

        assert [step.seq for step in ReturnStep.objects.of(month.period).order_by("seq")] == [1, 2, 3, 4]
        assert ReturnStep.objects.of(first).count() == 2
        assert not [each for each in verified() if isinstance(each, Differs)]
        assert audit.verify() == ""


def test_a_month_in_another_programme_is_its_own(month):
    other = Month("other")
    other.due("2022-07-05")
    other.bring("submitted")
    challenges.ask(*other.seat(other.pmo), about="", text="Why?", by=other.pmo)

    assert objections(whole_month(month.period)) == []
    assert (month.state(), month.standing().challenges, month.standing().due_on) == ("not_started", 0, None)


def test_a_digest_holds_no_key_of_a_person(month):
    """The same month has the same digest in every database; who took a step is in it by name."""
    month.bring("accepted")
    period = close_period(month.period, override="Closed all the same, for the test")

    columns = period.digested["returns.ReturnStep"]["columns"]
    assert "actor" in columns
    assert "actor_key" not in columns


# --- The first month ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({}, dt.date(2099, 2, 10)),
        ({"due_on": long_date(first_due(last_month()))}, dt.date(2099, 2, 10)),
        ({"due_on": "5 February 2099"}, dt.date(2099, 2, 5)),
    ],
    ids=["left empty", "left as filled in", "typed"],
)
def test_a_programme_is_set_up_with_the_deadline_of_its_first_month(as_, db, typed, kept):
    answer = as_(founder()).post("/programmes/new/", FIRST | typed)

    assert answer.status_code == 302, answer.context["form"].errors
    assert Deadline.objects.get(period__programme__slug="kent").due_on == kept
    assert AuditEntry.objects.get(what="deadline.add").after == {"due_on": f"{kept}"}


def test_a_programme_is_not_set_up_with_a_deadline_that_has_passed(as_, db):
    answer = as_(founder()).post(
        "/programmes/new/", FIRST | {"due_on": "1 February 2022", "due_on_meant": "1 February 2022"}
    )

    assert answer.status_code == 422
    assert "This day has passed. Today is" in answer.content.decode()
    assert not Deadline.objects.exists()
