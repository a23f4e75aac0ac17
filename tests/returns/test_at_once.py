"""Two people at the same return at the same moment: each change is wholly before the other, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEntry
from core.refusal import Refused
from jobs.models import Letter
from programmes.editing import guards
from programmes.models import ProductPosition, WorkstreamPosition
from returns import actions, challenges, rights
from returns.models import ChallengeStep, ReturnStep
from tests.factories import person, somerset_scheme
from tests.returns.cast import Month
from tests.saves import save_row, save_workstream

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 1  # second in which the other could come between, if nothing held it


@pytest.fixture
def month(transactional_db):
    return Month()


def meet(monkeypatch, first, second, *, lock=rights.lock, after_guard=False):
    """Begin the second act while the first has its lock and has not written; return what each gave or why not.

    The third thing returned is whether the second was through before the first went on. `after_guard`: the first
    stops once the guards have let it through, not right after its lock.
    """
    inside, through = threading.Event(), threading.Event()
    said = {}

    def stop(*_):
        if threading.current_thread() is threading.main_thread() and not inside.is_set():
            inside.set()
            said["overtaken"] = through.wait(timeout=WAIT)

    def locked(period, units):
        lock(period, units)
        if not after_guard:
            stop()

    def run(name, act):
        try:
            said[name] = act()
        except Refused as refused:
            said[name] = str(refused)

    def other():
        try:
            inside.wait(timeout=30)
            run("second", second)
        finally:
            through.set()
            connection.close()

    monkeypatch.setattr(rights, "lock", locked)
    monkeypatch.setattr(guards, "guards", [*guards.guards, stop])
    thread = threading.Thread(target=other)
    thread.start()
    run("first", first)
    thread.join(timeout=30)
    return said["first"], said["second"], said["overtaken"]


def saving(month, save=save_row):
    row = ProductPosition.objects.of(month.period).get()
    values, touches = {"title": "Saved at the last moment"}, frozenset({month.erp.pk})
    return lambda: save(row, values, seen=row.version, about="A product", touches=touches, by=month.lead)


def submitting(month, by=None):
    by = by or month.lead
    desk, unit = month.seat(by)
    return lambda: actions.submit(desk, unit, by=by)


class TestARowSavedWhileItsReturnIsSubmitted:
    def test_is_in_it(self, month, monkeypatch):
        month.bring("started")

        assert meet(monkeypatch, saving(month), submitting(month), after_guard=True) == (True, True, False)

        assert month.state() == "submitted"
        entries = AuditEntry.objects.order_by("-seq").values_list("what", flat=True)[:2]
        assert list(entries) == ["return.submitted", "product.change"]

    def test_or_is_refused(self, month, monkeypatch):
        month.bring("started")

        saved, sentence = (
            "Chart of accounts",
            "The return of ERP system is submitted. Withdraw it to change something in it.",
        )
        assert meet(monkeypatch, submitting(month), saving(month)) == (True, sentence, False)

        assert ProductPosition.objects.of(month.period).get().title == saved

    def test_and_without_the_lock_would_be_changed_after_it(self, month, monkeypatch):
        """The proof that the tests above bite: what the lock keeps from happening, made to happen."""
        month.bring("started")
        # SQLite has one writer at a time; outside a transaction the save looks without being one, and has no audit.
        is_sqlite = connection.vendor == "sqlite"
        save = saving(month, save_row.__wrapped__ if is_sqlite else save_row)

        def saved():
            with suppress(RuntimeError):
                save()

        unlocked = {"lock": lambda *_: None, "after_guard": True}
        assert meet(monkeypatch, saved, submitting(month), **unlocked) == (None, True, True)

        assert month.state() == "submitted"
        assert ProductPosition.objects.of(month.period).get().title == "Saved at the last moment"


@pytest.fixture
def above(transactional_db):
    """A month whose returns are made by the tier above ERP and Payroll; that of People is accepted."""
    month = Month(document=somerset_scheme() | {"return_tier": 1})
    accepted = {"workstream": month.people, "step": "accepted", "actor": "PMO officer"}
    ReturnStep.objects.create(period=month.period, seq=1, **accepted)
    return month


def moving(month):
    row = WorkstreamPosition.objects.of(month.period).get(workstream=month.erp)
    moved = {"seen": row.version, "about": "ERP", "touches": frozenset({month.erp.pk}), "by": month.pmo}
    return lambda: save_workstream(row, {"parent": month.people}, **moved)


def test_a_row_saved_while_its_workstream_goes_to_an_accepted_return_is_refused(above, monkeypatch):
    """It had looked for its return, and waited for the move, before it could look at how that stands."""
    moved, sentence, overtaken = meet(monkeypatch, moving(above), saving(above))

    assert (moved, overtaken) == (True, False)
    assert sentence in {
        "Workstreams were moved to other returns meanwhile. Nothing was changed. Look again.",
        "The return of People is accepted, so only the programme’s PMO can change it.",  # on SQLite it began after it
    }
    assert ProductPosition.objects.of(above.period).get().title == "Chart of accounts"


def test_two_who_submit_make_one_step(month, monkeypatch):
    month.bring("started")
    known = (AuditEntry.objects.count(), Letter.objects.count())

    assert meet(monkeypatch, submitting(month), submitting(month, month.reviewer)) == (True, False, False)

    assert ReturnStep.objects.count() == 1
    assert (AuditEntry.objects.count() - known[0], Letter.objects.count() - known[1]) == (1, 1)


class TestAcceptedAndWithdrawn:
    @pytest.fixture
    def acts(self, month):
        month.bring("passed_on")
        (desk, unit), (pmos, _) = month.seat(month.lead), month.seat(month.pmo)
        return (
            lambda: actions.accept(pmos, [unit], by=month.pmo),
            lambda: actions.withdraw(desk, unit, by=month.lead),
        )

    def test_accepted_first_it_is_not_withdrawn(self, month, monkeypatch, acts):
        accept, withdraw = acts

        sentence = "The return of ERP system has been accepted. Ask the programme’s PMO to send it back."
        assert meet(monkeypatch, accept, withdraw) == (1, sentence, False)
        assert month.state() == "accepted"

    def test_withdrawn_first_it_is_not_accepted(self, month, monkeypatch, acts):
        accept, withdraw = acts

        sentence = "Not submitted yet, so not to be accepted: ERP system. Nothing was accepted."
        assert meet(monkeypatch, withdraw, accept) == (True, sentence, False)
        assert month.state() == "started"


def test_two_officers_who_accept_many_wait_for_each_other(month, monkeypatch):
    """In whatever order they ticked them: the locks are taken in one."""
    month.bring("submitted")
    month.bring("submitted", month.payroll)
    second = person("pmo", month.root)
    desk, other = month.desk(month.pmo), month.desk(second)
    chosen = [desk.tree.by_ref["FIN-1"], desk.tree.by_ref["PEO-1"]]

    assert meet(
        monkeypatch,
        lambda: actions.accept(desk, chosen, by=month.pmo),
        lambda: actions.accept(other, reversed(chosen), by=second),
    ) == (2, 0, False)
    assert ReturnStep.objects.filter(step="accepted").count() == 2


class TestChallenges:
    @pytest.fixture
    def say(self, month):
        """Return functions that make the acts of a talk about ERP's return, in which one thing is asked already."""
        month.bring("submitted")
        challenges.ask(*month.seat(month.reviewer), about="", text="Why?", by=month.reviewer)
        seats = {user: month.seat(user) for user in (month.lead, month.reviewer, month.pmo)}

        class Say:
            def ask(self, text, by):
                return lambda: challenges.ask(*seats[by], about="", text=text, by=by)

            def answer(self):
                return lambda: challenges.answer(*seats[month.lead], 1, text="So", evidence="", by=month.lead)

            def settle(self, by):
                return lambda: challenges.settle(*seats[by], 1, text="", by=by)

        return Say()

    def steps(self):
        return list(ChallengeStep.objects.order_by("number", "seq").values_list("number", "seq", "step"))

    def test_two_questions_get_two_numbers(self, month, monkeypatch, say):
        first, second = say.ask("How?", month.reviewer), say.ask("When?", month.pmo)

        assert meet(monkeypatch, first, second) == (True, True, False)
        assert self.steps() == [(1, 1, "asked"), (2, 1, "asked"), (3, 1, "asked")]

    def test_one_question_clicked_twice_is_one(self, month, monkeypatch, say):
        first, second = say.ask("How?", month.reviewer), say.ask("How?", month.reviewer)

        assert meet(monkeypatch, first, second) == (True, False, False)
        assert self.steps() == [(1, 1, "asked"), (2, 1, "asked")]

    def test_asked_while_another_is_settled_both_stand(self, month, monkeypatch, say):
        assert meet(monkeypatch, say.settle(month.reviewer), say.ask("How?", month.pmo)) == (True, True, False)
        assert self.steps() == [(1, 1, "asked"), (1, 2, "settled"), (2, 1, "asked")]

    def test_the_same_asked_while_it_is_settled_is_asked_anew(self, month, monkeypatch, say):
        assert meet(monkeypatch, say.settle(month.reviewer), say.ask("Why?", month.pmo)) == (True, True, False)
        assert self.steps()[-1] == (2, 1, "asked")

    def test_an_answer_too_late_is_refused(self, month, monkeypatch, say):
        sentence = "Challenge 1 of ERP system is settled. Nothing more can be said about it."

        assert meet(monkeypatch, say.settle(month.reviewer), say.answer()) == (True, sentence, False)

    def test_settled_by_two_it_is_settled_once(self, month, monkeypatch, say):
        assert meet(monkeypatch, say.settle(month.reviewer), say.settle(month.pmo)) == (True, False, False)
        assert self.steps() == [(1, 1, "asked"), (1, 2, "settled")]


@pytest.mark.parametrize(
    ("name", "place", "said", "leads_to", "states"),
    [
        ("month_close", ["book", "2022-06"], {}, "/programmes/book/2022-06/", ["closed"]),
        (
            "month_reopen",
            ["book", "2022-06"],
            {"reason": "A rating was mistyped"},
            "/programmes/book/2022-06/returns/",
            ["closed", "open"],
        ),
        (
            "month_open",
            ["book"],
            {"label": "2022-07", "due_on": "4 August 2099", "due_on_meant": "4 August 2099"},
            "/programmes/book/2022-07/returns/",
            ["closed", "open"],
        ),
    ],
)
def test_a_month_that_is_run_by_two_clicks_at_once_is_run_once(month, name, place, said, leads_to, states):
    if name != "month_close":
        month.close()
    start = threading.Barrier(2, timeout=30)

    def click(_):
        client = Client()
        client.force_login(month.pmo)
        try:
            start.wait()
            return client.post(reverse(name, args=place), said).get("Location")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(click, range(2))) == [leads_to, leads_to]
    later = month.programme.periods.exclude(label="2022-05").order_by("pk")
    assert list(later.values_list("state", flat=True)) == states


def test_the_audit_holds_after_all_of_it(month, monkeypatch):
    month.bring("started")
    meet(monkeypatch, saving(month), submitting(month))

    assert audit.verify() == ""
