"""Who is written to about a return, what it says, and that nobody is written to twice or about their own doing."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from core.refusal import Refused
from jobs.letters import settle
from jobs.models import Job, Letter
from programmes.actions import close_period, reopen_period
from returns import actions, challenges, letters, reminders
from returns.status import standings, units
from tests.factories import person
from tests.returns.cast import STATES
from tests.workers import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    """Return a function that says which letters were written since it was last asked: whom to, and about what."""
    seen = set()

    def post():
        new = Letter.objects.exclude(pk__in=seen).select_related("recipient").order_by("pk")
        found = [(letter.recipient.name, letter.subject) for letter in new]
        seen.update(Letter.objects.values_list("pk", flat=True))
        return found

    return post


NAME = "ERP system, June 2022"


class TestSteps:
    def test_go_to_whoever_has_to_do_something_now(self, month, post):
        month.bring("started")
        actions.submit(*month.seat(month.lead), by=month.lead)
        assert post() == [("PMO of Finance", f"{NAME}: return submitted")]

        actions.pass_on(*month.seat(month.reviewer), by=month.reviewer)
        assert post() == [("PMO officer", f"{NAME}: return passed on")]

        actions.send_back(*month.seat(month.pmo), reason="Say more of it", by=month.pmo)
        assert post() == [("Lead of ERP", f"{NAME}: return sent back")]

        actions.submit(*month.seat(month.lead), by=month.lead)
        assert post() == [("PMO of Finance", f"{NAME}: return submitted")]

        actions.withdraw(*month.seat(month.lead), by=month.lead)
        assert post() == []

    def test_go_to_the_pmo_where_nobody_is_between(self, month, post):
        month.rate(month.payroll)
        lead = person("lead", month.payroll, name="Lead of payroll")
        actions.submit(*month.seat(lead, month.payroll), by=lead)

        assert post() == [("PMO officer", "Payroll, June 2022: return submitted")]

    def test_go_to_everyone_whose_part_it_is_once(self, month, post):
        person("lead", month.finance, name="Lead of Finance")
        both = person("workstream_pmo", month.finance, name="Both at once")
        both.memberships.create(workstream=month.finance, role="lead")
        gone = person("lead", month.finance, name="Gone")
        gone.is_active = False
        gone.save()
        month.bring("submitted")

        assert sorted(name for name, _ in post()) == ["Both at once", "Lead of Finance", "PMO of Finance"]

    def test_nobody_is_written_to_about_what_they_did_themselves(self, month, post):
        month.bring("started")
        actions.submit(*month.seat(month.lead), by=month.lead)
        assert post() == [("PMO of Finance", f"{NAME}: return submitted")]

        second = person("pmo", month.root, name="Second officer")
        actions.pass_on(*month.seat(month.pmo), by=month.pmo)
        assert post() == [(second.name, f"{NAME}: return passed on")]

    def test_go_past_a_reviewer_who_submitted_it(self, month, post):
        month.bring("started")
        actions.submit(*month.seat(month.reviewer), by=month.reviewer)
        assert post() == [("PMO officer", f"{NAME}: return submitted")]

        challenges.ask(*month.seat(month.pmo), about="", text="Why?", by=month.pmo)
        post()
        month.pmo.memberships.all().delete()
        officer = person("pmo", month.root, name="Next officer")
        challenges.answer(*month.seat(month.reviewer), 1, text="So", evidence="", by=month.reviewer)
        assert post() == [(officer.name, f"{NAME}: challenge 1 answered")]

        actions.withdraw(*month.seat(month.reviewer), by=month.reviewer)
        other = person("lead", month.finance, name="Lead of Finance")
        actions.submit(*month.seat(month.reviewer), by=month.reviewer)
        assert post() == [(other.name, f"{NAME}: return submitted")]

    def test_reach_the_lead_of_the_programme_before_its_pmo(self, month, post):
        head = person("lead", month.root, name="Lead of the programme")
        month.bring("sent_back", month.payroll)
        assert post()[-1:] == [(head.name, "Payroll, June 2022: return sent back")]

        month.bring("sent_back", month.root)
        assert post()[-1:] == [(head.name, "The book programme, June 2022: return sent back")]

    def test_of_a_return_without_a_lead_go_to_the_nearest_above(self, month, post):
        month.bring("submitted")
        month.lead.memberships.all().delete()
        actions.send_back(*month.seat(month.pmo), reason="Say more of it", by=month.pmo)
        assert post()[-1:] == [("PMO of Finance", f"{NAME}: return sent back")]

    def test_say_what_has_happened_and_where_it_is(self, month, settings):
        settings.PUBLIC_URL = "https://plumbline.council.example"
        month.bring("sent_back")

        assert Letter.objects.latest("pk").body == (
            "PMO officer has sent the return of ERP system, June 2022 back to you:\n\n"
            "Say more about the schedule\n\n"
            "It is here: https://plumbline.council.example/programmes/book/2022-06/returns/FIN-1/\n\n"
            "The book programme"
        )

    def test_name_no_address_where_there_is_none_to_name(self, month, settings):
        settings.PUBLIC_URL = ""
        month.bring("submitted")

        assert Letter.objects.get().body == (
            "Lead of ERP has submitted the return of ERP system, June 2022.\n\n"
            "Sign in to Plumbline.\n\nThe book programme"
        )


class TestChallenges:
    def test_go_to_the_lead_and_the_answer_to_whoever_asked(self, month, post):
        person("lead", month.finance, name="Lead of Finance")
        month.bring("submitted")
        post()

        challenges.ask(*month.seat(month.pmo), about="Schedule rating", text="Why amber?", by=month.pmo)
        assert post() == [("Lead of ERP", f"{NAME}: challenge 1 asked")]
        challenges.ask(*month.seat(month.reviewer), about="", text="And how?", by=month.reviewer)
        assert post() == [("Lead of ERP", f"{NAME}: challenge 2 asked")]

        challenges.answer(*month.seat(month.lead), 1, text="Late", evidence="Minutes", by=month.lead)
        assert post() == [("PMO officer", f"{NAME}: challenge 1 answered")]
        challenges.answer(*month.seat(month.lead), 2, text="So", evidence="", by=month.lead)
        assert post() == [("PMO of Finance", f"{NAME}: challenge 2 answered")]

        challenges.settle(*month.seat(month.pmo), 1, text="Agreed", by=month.pmo)
        assert post() == []

    @pytest.mark.parametrize("role", ["lead", "workstream_pmo", "pmo"])
    def test_an_answer_reaches_whoever_asked_from_further_up(self, month, post, role):
        """Whoever is nearer did not ask, and what was asked of one of two officers is for that one."""
        person("pmo", month.root, name="Second officer")
        director = person(role, month.root, name="Head of the programme")
        month.bring("submitted")
        challenges.ask(*month.seat(director), about="", text="Why amber?", by=director)
        post()

        challenges.answer(*month.seat(month.lead), 1, text="Late", evidence="", by=month.lead)

        assert post() == [("Head of the programme", f"{NAME}: challenge 1 answered")]

    def test_an_answer_to_somebody_who_has_gone_goes_to_those_above(self, month, post):
        month.bring("submitted")
        challenges.ask(*month.seat(month.reviewer), about="", text="Why amber?", by=month.reviewer)
        month.reviewer.memberships.all().delete()
        person("lead", month.finance, name="Lead of Finance")
        post()

        challenges.answer(*month.seat(month.lead), 1, text="Late", evidence="", by=month.lead)

        assert post() == [("Lead of Finance", f"{NAME}: challenge 1 answered")]

    def test_hold_what_was_said(self, month):
        month.bring("submitted")
        challenges.ask(*month.seat(month.pmo), about="Schedule rating", text="Why amber?", by=month.pmo)
        assert Letter.objects.latest("pk").body.startswith(
            "PMO officer asks about Schedule rating in the return of ERP system, June 2022:\n\nWhy amber?\n\n"
        )

        challenges.answer(*month.seat(month.lead), 1, text="Late", evidence="Minutes of 3 June", by=month.lead)
        assert Letter.objects.latest("pk").body.startswith(
            "Lead of ERP has answered in the return of ERP system, June 2022:\n\nLate\n\nMinutes of 3 June\n\n"
        )


LITERAL = "{{ user.password }} {% load x %} {0.__class__} %(name)s <script>alert(1)</script> & “é”"


def test_what_people_write_is_sent_as_they_wrote_it(month, mailoutbox):
    month.bring("submitted")
    challenges.ask(*month.seat(month.pmo), about=LITERAL, text=LITERAL, by=month.pmo)
    challenges.answer(*month.seat(month.lead), 1, text=LITERAL, evidence=LITERAL, by=month.lead)
    actions.send_back(*month.seat(month.pmo), reason=LITERAL, by=month.pmo)
    work_off()

    _, asked, answered, back = mailoutbox
    assert asked.body.startswith(f"PMO officer asks about {LITERAL} in the return of {NAME}:\n\n{LITERAL}\n")
    assert f"\n\n{LITERAL}\n\n{LITERAL}\n\n" in answered.body
    assert f":\n\n{LITERAL}\n\n" in back.body


class TestReminders:
    @pytest.fixture
    def today(self, monkeypatch):
        """Return a function that sets the day it is."""

        def today(day):
            now = dt.datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo("Europe/London"))
            monkeypatch.setattr("returns.status.timezone.localdate", now.date)

        return today

    @pytest.fixture
    def remind(self, month, post):
        """Return a function that reminds of every return and says who was written to."""
        post()

        def remind(by=month.pmo):
            desk = month.desk(by)
            said = reminders.remind(desk, standings(desk, units(desk)), by=by)
            found = post()
            assert len(found) == len({name for name, _ in found}) == said.letters
            return found

        return remind

    def test_go_once_before_a_deadline_and_once_after_it(self, month, remind, today):
        month.due("2022-07-05")
        today("2022-07-01")
        assert remind() == [
            ("PMO of Finance", "Finance, June 2022: return due 5 July 2022"),
            ("Lead of ERP", f"{NAME}: return due 5 July 2022"),
        ]
        today("2022-07-05")
        assert remind() == []

        today("2022-07-06")
        assert [subject for _, subject in remind()] == ["Finance, June 2022: return late", f"{NAME}: return late"]
        today("2022-07-20")
        assert remind() == []

    def test_go_again_for_a_deadline_that_was_moved(self, month, remind, today):
        today("2022-07-01")
        month.due("2022-07-05")
        remind()
        month.due("2022-07-08")

        assert [subject for _, subject in remind()] == [
            "Finance, June 2022: return due 8 July 2022",
            f"{NAME}: return due 8 July 2022",
        ]
        month.due("2022-07-05")
        assert remind() == [], "moved back: that one they know"

    @pytest.mark.parametrize("state", STATES)
    def test_go_only_where_the_return_is_not_in(self, month, remind, today, state, post):
        month.due("2022-07-05")
        today("2022-07-01")
        month.bring(state)
        post()

        about_erp = [name for name, subject in remind() if subject.startswith("ERP system")]

        assert about_erp == (["Lead of ERP"] if state in {"not_started", "started", "sent_back"} else [])

    def test_reach_another_officer_about_what_nobody_makes_but_not_whoever_reminds(self, month, remind, today):
        person("pmo", month.root, name="Second officer")
        month.due("2022-07-05")
        today("2022-07-01")

        found = dict(remind())

        assert "PMO officer" not in found
        assert found["Second officer"] == "June 2022: 3 returns due 5 July 2022"  # the programme’s own, People, Payroll

    def test_are_one_letter_for_each_person_with_everything_of_theirs(self, month, remind, today, settings):
        settings.PUBLIC_URL = "https://plumbline.council.example"
        month.lead.memberships.create(workstream=month.payroll, role="lead")
        month.bring("sent_back")
        month.due("2022-07-05")
        today("2022-07-06")
        Letter.objects.all().delete()

        assert remind() == [
            ("PMO of Finance", "Finance, June 2022: return late"),
            ("Lead of ERP", "June 2022: 2 returns late"),
        ]

        assert Letter.objects.latest("pk").body == (
            "Not in, although due by the end of 5 July 2022:\n\n"
            "- ERP system: sent back\n"
            "  https://plumbline.council.example/programmes/book/2022-06/returns/FIN-1/\n"
            "- Payroll: not started\n"
            "  https://plumbline.council.example/programmes/book/2022-06/returns/PEO-1/\n\n"
            "The book programme"
        )

    def test_are_listed_with_every_return_they_tell_of(self, month, remind, today):
        month.lead.memberships.create(workstream=month.payroll, role="lead")
        month.due("2022-07-05")
        today("2022-07-01")
        remind()

        letter = month.lead.letters.get()

        assert list(letters.sent(*month.seat(month.pmo))) == [letter]
        assert list(letters.sent(*month.seat(month.pmo, month.payroll))) == [letter]
        assert letter not in letters.sent(*month.seat(month.pmo, month.finance))

    def test_tell_nobody_of_a_return_a_second_time(self, month, remind, today):
        month.due("2022-07-05")
        today("2022-07-01")
        remind()
        month.lead.memberships.create(workstream=month.payroll, role="lead")

        assert remind() == [("Lead of ERP", "Payroll, June 2022: return due 5 July 2022")]
        assert remind() == []

    def test_that_were_not_sent_go_again(self, month, remind, today):
        month.due("2022-07-05")
        today("2022-07-01")
        remind()
        Job.objects.filter(key=month.lead.letters.get().pk).update(
            state="failed", error="It failed", finished_at=timezone.now()
        )
        settle()

        assert remind() == [("Lead of ERP", f"{NAME}: return due 5 July 2022")]
        assert remind() == []

    def test_say_how_it_stands(self, month, remind, today):
        month.due("2022-07-05")
        today("2022-07-01")
        month.bring("started")
        remind()

        assert month.lead.letters.get().body == (
            "Not in yet, and due by the end of 5 July 2022:\n\n- ERP system: started\n\n"
            "Sign in to Plumbline.\n\nThe book programme"
        )

    def test_leave_one_entry_in_the_audit_where_any_was_written(self, month, remind, today):
        month.due("2022-07-05")
        today("2022-07-01")
        remind()
        remind()

        (entry,) = AuditEntry.objects.filter(what="return.remind")
        assert entry.after == {"letters": "2 letters", "deadline": "2022-07-05"}
        assert (entry.subject, entry.actor) == ("Returns of June 2022", "PMO officer")

    def test_need_a_deadline(self, month, remind):
        with pytest.raises(Refused, match="Set a deadline first"):
            remind()


class TestWhatWasSent:
    def test_is_listed_with_its_return_newest_first(self, month):
        month.bring("passed_on")
        month.bring("submitted", month.finance)

        found = [letter.subject for letter in letters.sent(*month.seat(month.lead))]

        assert found == [f"{NAME}: return passed on", f"{NAME}: return submitted"]

    def test_of_another_edition_is_another_matter(self, month):
        month.bring("accepted")
        close_period(month.period, override="Closed all the same, for the test")
        month.period = reopen_period(month.period, reason="A rating was mistyped", by=month.pmo)

        assert list(letters.sent(*month.seat(month.lead))) == []
