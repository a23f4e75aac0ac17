"""Giving people roles in a programme and taking them away, each with a letter or a record that says so.

Whoever changes roles holds the programme's row first: two officers who take each other's last role at the same moment
come one after the other, and the second finds that it is the last.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.actions import password_link
from accounts.models import EXAMPLE_DOMAIN, User
from accounts.roles import ROLES_WITH, Permission, Role
from core.links import public
from core.refusal import Refused
from jobs import letters
from jobs.models import Letter
from programmes.access import may_manage_people, over_all, roles_in_words
from programmes.models import Membership, Programme, Workstream
from programmes.people.members import Held, about, member, places
from programmes.people.members import letters as letters_of

AGAIN_AFTER = dt.timedelta(hours=1)


class Invited(NamedTuple):
    person: User
    is_new: bool  # made now; else they keep the name they have
    is_given: bool  # False: they had the role, so nothing was done and nothing sent


@transaction.atomic
def invite(*, email: str, name: str, role: Role, workstream: Workstream, by: User) -> Invited:
    """Give a role to whoever signs in with this address, made with this name where nobody does."""
    programme = _locked(workstream.programme)
    _may(by, programme, role)
    person, is_new = User.objects.get_or_make(email, name=name)
    if is_new and person.is_example:
        raise Refused(f"Addresses that end with {EXAMPLE_DOMAIN} are those of example people. Give a real one.")
    if is_new:
        _record("person.invite", person, programme, by=by, role=roles_in_words(by, programme))
    return Invited(person, is_new, _give(person, role, workstream, by=by))


@transaction.atomic
def give_role(person: User, *, role: Role, workstream: Workstream, by: User) -> bool:
    """Give somebody a role. Return False where they have it already: then nothing is done, and nothing sent."""
    _may(by, _locked(workstream.programme), role)
    return _give(person, role, workstream, by=by)


@transaction.atomic
def remove_role(programme: Programme, pk: int, *, by: User) -> bool:
    """Take the role of this key away; it ends with the person's next request. Return False where it is gone already.

    Raise Refused where nobody would be left to give people roles in the programme.
    """
    programme = _locked(programme)
    this = Membership.objects.filter(pk=pk, workstream__programme=programme)
    membership = this.select_related("user", "workstream").first()
    if membership is None:
        return False
    _may(by, programme, Role(membership.role))
    managers = over_all(programme).filter(role__in=ROLES_WITH[Permission.MANAGE_PEOPLE], user__is_active=True)
    if list(managers.values_list("pk", flat=True)) == [pk]:
        raise Refused(
            f"{membership.user} is the last who can give people roles in {programme}. "
            "Make somebody else PMO officer or administrator of the whole programme first."
        )
    role = roles_in_words(by, programme)  # before it is one fewer
    membership.delete()
    _record("role.remove", membership.user, programme, by=by, role=role, before=_as_recorded(membership))
    return True


@transaction.atomic
def invite_again(person: User, *, programme: Programme, by: User) -> Letter:
    """Send somebody who has never signed in another letter with every role they have.

    Raise Refused where they have none or have been here, where their account is closed, or where a letter went within
    the hour.
    """
    programme = _locked(programme)
    _may(by, programme)
    found = member(programme, person.pk, places(programme))
    if found is None:
        raise Refused("This person has no role in the programme any more.")
    _refuse_closed(found.person)
    if found.person.last_login:
        raise Refused(f"{person} has signed in already, and needs no invitation.")
    since = timezone.now() - AGAIN_AFTER
    last = letters_of(programme).filter(recipient=person, created_at__gt=since).exclude(state="failed").first()
    if last:
        at, again = (timezone.localtime(moment) for moment in (last.created_at, last.created_at + AGAIN_AFTER))
        raise Refused(f"An e-mail went to {person} at {at:%H:%M}. Another can be sent from {again:%H:%M} on.")
    letter = _write(found.person, found.roles, programme, key=timezone.now().isoformat(), by=by)
    if letter is None:
        raise Refused(f"An e-mail went to {person} at the same moment.")
    _record("person.invite_again", person, programme, by=by, role=roles_in_words(by, programme))
    return letter


def may_give(by: User, programme: Programme) -> list[Role]:
    """The roles that somebody may give and take: an administrator every one, a PMO officer all but that."""
    if not may_manage_people(by, programme):
        return []
    is_administrator = over_all(programme).filter(user=by, role=Role.ADMINISTRATOR).exists()
    return [role for role in Role if is_administrator or role != Role.ADMINISTRATOR]


def _locked(programme: Programme) -> Programme:
    """Hold the programme until the transaction ends; rows that only refer to it need not wait."""
    return Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _may(by: User, programme: Programme, role: Role | None = None) -> None:
    """Asked with the programme held: the right may have been taken a moment ago."""
    mine = may_give(by, programme)
    if not mine:
        raise Refused(f"{by} may not give or take roles in {programme}: that is for its PMO.")
    if role and role not in mine:
        raise Refused(f"The role {role.label} is for an administrator of {programme} to give and to take.")


def _refuse_closed(person: User) -> None:
    if not person.is_active:
        raise Refused(f"The account of {person} is closed, so nobody can sign in to take up the role.")


def _give(person: User, role: Role, workstream: Workstream, *, by: User) -> bool:
    _refuse_closed(person)
    programme = workstream.programme
    membership, is_new = Membership.objects.get_or_create(user=person, workstream=workstream, role=role)
    if not is_new:
        return False
    place = next((place for place in places(programme) if place.pk == workstream.pk), None)
    if place is None:
        raise Refused(f"{workstream} is no workstream of {programme} in its newest month.")
    _write(person, [Held(membership.pk, role, place)], programme, key=f"role/{membership.pk}", by=by)
    held_by = roles_in_words(by, programme)
    _record("role.grant", person, programme, by=by, role=held_by, after=_as_recorded(membership))
    return True


def _write(person: User, roles: Iterable[Held], programme: Programme, *, key: str, by: User) -> Letter | None:
    """Tell a person what they are, where to sign in and, where they have no password yet, where to choose one."""
    context = {
        "person": person,
        "by": by,
        "programme": programme,
        "roles": roles,
        "sign_in": public(reverse("account_login")),
        "password_link": "" if person.has_usable_password() else password_link(person),
    }
    return letters.post(
        of={f"{about(programme)}/{person.pk}/{key}": about(programme)},
        to=person,
        subject=f"Plumbline: your part in {programme}",
        body=render_to_string("programmes/email/invitation.txt", context),
    )


def _as_recorded(membership: Membership) -> dict[str, str]:
    return {"role": Role(membership.role).label, "workstream": membership.workstream.ref}


def _record(
    what: str,
    person: User,
    programme: Programme,
    *,
    by: User,
    role: str,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    audit.record(
        what=what,
        subject=person.name,
        subject_key=person.pk,
        programme=programme.slug,
        before=before,
        after=after,
        role=role,
        by=by,
    )
