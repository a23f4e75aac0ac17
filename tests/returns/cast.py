"""A month of returns in two layers, and the people who make, challenge and accept them."""

import datetime as dt

from django.apps import apps
from django.urls import reverse

from programmes.month import open_month_or_404
from returns import actions
from returns.models import Deadline
from returns.status import standings
from tests.factories import Book, person


class Month(Book):
    """June 2022 after May: Finance with ERP below it, People with Payroll; everything carried, nothing reported yet.

    Returns are made down to the tier of ERP and Payroll. Nobody has a role at Payroll or People.
    """

    def __init__(self, slug="book", *, schedule="G", document=None):
        """`schedule` is what ERP's was rated in May, "" for not at all."""
        super().__init__(slug, label="2022-05", document=document)
        self.finance = self.workstream("FIN", self.root, name="Finance")
        self.erp = self.workstream("FIN-1", self.finance, name="ERP system")
        self.people = self.workstream("PEO", self.root, name="People")
        self.payroll = self.workstream("PEO-1", self.people, name="Payroll")
        self.rate(self.erp, schedule=schedule)
        chart = self.product(self.erp, f"{slug}-P1", title="Chart of accounts", due="2022-10-01")
        self.milestone(chart, f"{slug}-M1", title="Design agreed", due="2022-09-01")
        self.next_month("2022-06")
        self.lead = person("lead", self.erp, name="Lead of ERP")
        self.reviewer = person("workstream_pmo", self.finance, name="PMO of Finance")
        self.pmo = person("pmo", self.root, name="PMO officer")

    def rate(self, workstream, *, resources="S", schedule="G", overall=""):
        """Everything that is asked of a workstream's return at its tier, all of it well unless told otherwise."""
        for dimension, level in (("overall", overall), ("resources", resources), ("schedule", schedule)):
            if level:
                self.rating(workstream, dimension, level)

    def due(self, day):
        return Deadline.objects.update_or_create(period=self.period, defaults={"due_on": dt.date.fromisoformat(day)})

    def desk(self, user):
        return open_month_or_404(user, self.programme.slug, self.period.label)

    def seat(self, user, workstream=None):
        """What an action takes first: this person's desk and a return, ERP's unless another is named."""
        desk = self.desk(user)
        return desk, desk.tree.by_pk[(workstream or self.erp).pk]

    def standing(self, workstream=None, user=None):
        desk, unit = self.seat(user or self.pmo, workstream)
        (found,) = standings(desk, [unit])
        return found

    def state(self, workstream=None):
        return self.standing(workstream).state.value

    # What a return has been through

    def hand_in(self, place):
        """Submit a return; where nobody has a role, by somebody who has left since: nobody judges what is theirs."""
        lead = self.lead if place == self.erp else person("lead", self.root, name="Former lead")
        actions.submit(*self.seat(lead, place), by=lead)
        if lead != self.lead:
            lead.memberships.all().delete()

    def bring(self, state, workstream=None):
        """Bring a return to this state, by the people whose steps those are."""
        place = workstream or self.erp
        if state == "not_started":
            return
        self.rate(place, **({} if place in {self.erp, self.payroll} else {"resources": "G", "overall": "G"}))
        if state == "started":
            return
        self.hand_in(place)
        if state == "sent_back":
            actions.send_back(*self.seat(self.pmo, place), reason="Say more about the schedule", by=self.pmo)
        elif state == "passed_on":
            actions.pass_on(*self.seat(self.reviewer, place), by=self.reviewer)
        elif state == "accepted":
            desk, unit = self.seat(self.pmo, place)
            actions.accept(desk, [unit], by=self.pmo)


PLACE = ["book", "2022-06"]
STATES = ("not_started", "started", "sent_back", "submitted", "passed_on", "accepted")


def address(name, *more):
    return reverse(name, args=[*PLACE, *more])


def rows():
    """Every row there is, to show that nothing was changed."""
    kinds = [
        model
        for app in ("returns", "programmes", "jobs", "accounts")
        for model in apps.get_app_config(app).get_models()
    ]
    return {kind._meta.label: list(kind._default_manager.order_by("pk").values()) for kind in kinds}


def posts(ref, number=1):
    """Everything that can be posted about a return: address and a form that is well filled in."""
    return [
        (address("act", ref, "submit"), {}),
        (address("act", ref, "withdraw"), {}),
        (address("act", ref, "pass-on"), {}),
        (address("act", ref, "accept"), {}),
        (address("act", ref, "send-back"), {"back-reason": "Say more about this"}),
        (address("ask", ref), {"ask-text": "Why is this so?"}),
        (address("challenge", ref, number, "answer"), {f"answer-{number}-text": "Because"}),
        (address("challenge", ref, number, "settle"), {}),
    ]
