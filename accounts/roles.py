"""The names of roles and what each may do: the whole permission table, asked by views and templates alike."""

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    """What somebody is in a programme: over all of it, or over one workstream and all below it.

    Nobody has a role as such. A membership (`programmes`) gives a person a role at a workstream, and one person may
    have several. What a role may do stands in `ROLES_WITH` alone; the values are stored in memberships.
    """

    LEAD = "lead", "Lead"
    WORKSTREAM_PMO = "workstream_pmo", "Workstream PMO"
    PMO = "pmo", "PMO officer"
    FINANCE = "finance", "Finance partner"
    DIRECTOR = "director", "Director"
    ASSURANCE = "assurance", "Assurance partner"
    COMMITTEE = "committee", "Committee officer"
    LEGAL = "legal", "Legal officer"
    COUNCILLOR = "councillor", "Councillor"
    ADMINISTRATOR = "administrator", "Administrator"

    @property
    def duty(self) -> str:
        """What this role is there for, in a few words."""
        return DUTIES[self]


class Permission(StrEnum):
    """One of the things that roles allow; its value says which in words.

    It is asked with a person's roles at the place in question: `allowed(roles, Permission.REPORT)`. Views and forms ask
    `programmes.access`, which knows those roles.
    """

    VIEW_CLOSED = "see closed months"
    VIEW_OPEN = "see the month in progress"
    VIEW_HISTORY = "see who changed what"
    REPORT = "report on workstreams"
    COMPLETE_MONEY = "complete and correct what is reported of money"
    REVIEW = "challenge returns and pass them on"
    ACCEPT = "accept returns"
    RUN_MONTHS = "run the months"
    SHAPE = "shape the workstreams"
    MANAGE_PEOPLE = "give people roles"


DUTIES: dict[Role, str] = {
    Role.LEAD: "reports on a workstream and all below it",
    Role.WORKSTREAM_PMO: "checks and passes on what a workstream reports",
    Role.PMO: "opens the month, challenges what is reported, closes the month",
    Role.FINANCE: "answers for the programme’s money",
    Role.DIRECTOR: "reads where every programme stands, and why",
    Role.ASSURANCE: "tests what is reported against the evidence",
    Role.COMMITTEE: "reads each month’s report, and takes it to committee as an accessible PDF",
    Role.LEGAL: "reads each month’s report before and after it closes",
    Role.COUNCILLOR: "reads what is reported to members",
    Role.ADMINISTRATOR: "runs the months, lays out the workstreams and gives people their roles",
}

EVERYONE = frozenset(Role)

ROLES_WITH: dict[Permission, frozenset[Role]] = {
    Permission.VIEW_CLOSED: EVERYONE,
    # A month in progress is work, not a report: a councillor reads it once it is closed.
    Permission.VIEW_OPEN: EVERYONE - {Role.COUNCILLOR},
    Permission.VIEW_HISTORY: frozenset({Role.PMO, Role.ASSURANCE, Role.DIRECTOR, Role.ADMINISTRATOR}),
    Permission.REPORT: frozenset({Role.LEAD, Role.WORKSTREAM_PMO, Role.PMO}),
    Permission.COMPLETE_MONEY: frozenset({Role.FINANCE}),
    # Of what is reported below: whoever reports on a workstream as its lead does not review that report as well.
    # Nor does a PMO officer of a part; one of the whole programme accepts every return.
    Permission.REVIEW: frozenset({Role.LEAD, Role.WORKSTREAM_PMO}),
    Permission.ACCEPT: frozenset({Role.PMO}),
    Permission.RUN_MONTHS: frozenset({Role.PMO, Role.ADMINISTRATOR}),
    Permission.SHAPE: frozenset({Role.PMO, Role.ADMINISTRATOR}),
    Permission.MANAGE_PEOPLE: frozenset({Role.PMO, Role.ADMINISTRATOR}),
}


def allowed(roles: Iterable[str], permission: Permission) -> bool:
    """Whether any of these roles carries the permission: `allowed(["lead", "finance"], Permission.REPORT)`.

    `roles` are values of `Role`; one that is not known carries nothing, and no role at all allows nothing.
    """
    return not ROLES_WITH[permission].isdisjoint(roles)
