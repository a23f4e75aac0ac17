"""Who has which role where: the list, one person, and what gives or takes a role.

For those alone who manage people over the whole programme, asked again by each action.
"""

from collections.abc import Sequence
from typing import Any, NoReturn, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.crumbs import Crumb
from core.refusal import Refused
from programmes.access import access_or_404, may_manage_people
from programmes.forms.people import InviteForm, PeopleForm, RoleForm
from programmes.models import Programme, Workstream
from programmes.people import actions
from programmes.people.members import Member, Place, members, narrowed, places, table, with_role
from programmes.people.members import member as find_member

FORM = ["GET", "HEAD", "POST"]


@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Everyone with a role in the programme."""
    programme = _managed_or_404(request, slug)
    known = places(programme)
    found = members(programme, known)
    form = PeopleForm(request.GET, places=known)
    if form.is_valid():
        asked = form.cleaned_data
        found = list(narrowed(found, words=asked["q"], role=asked["role"], ref=asked["workstream"]))
    context = {
        "programme": programme,
        "form": form,
        "count": len(found),
        "table": table(programme, found),
        "crumbs": _crumbs(programme),
    }
    return render(request, "programmes/people.html", context, status=200 if form.is_valid() else 422)


@require_http_methods(FORM)
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a role to somebody by e-mail address."""
    programme = _managed_or_404(request, slug)
    roles = actions.may_give(_user(request), programme)
    form = InviteForm(request.POST if request.method == "POST" else None, places=places(programme), roles=roles)
    if form.is_valid():
        asked = form.cleaned_data
        workstream = _workstream(programme, asked.pop("workstream"))
        try:
            invited = actions.invite(**asked, workstream=workstream, by=_user(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if not invited.is_new and asked["name"] != invited.person.name:
                known = f"{invited.person.email} belongs to {invited.person} already: the name stays as it is."
                messages.info(request, known)
            _tell(request, invited.person, is_given=invited.is_given)
            return redirect("person", slug, invited.person.pk)
    context = {"programme": programme, "form": form, "crumbs": _crumbs(programme, "Invite somebody")}
    return render(request, "programmes/invite.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One person's roles, and a form that gives them another."""
    programme = _managed_or_404(request, slug)
    known = places(programme)
    member = _member_or_404(programme, pk, known)
    mine = actions.may_give(_user(request), programme)
    form = RoleForm(request.POST if request.method == "POST" else None, places=known, roles=mine)
    if form.is_valid():
        workstream = _workstream(programme, form.cleaned_data["workstream"])
        try:
            role = form.cleaned_data["role"]
            is_given = actions.give_role(member.person, role=role, workstream=workstream, by=_user(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            _tell(request, member.person, is_given=is_given)
            return redirect("person", slug, pk)
    context = {
        "programme": programme,
        "member": member,
        "mine": mine,
        "form": form,
        "crumbs": _crumbs(programme, member.person.name),
    }
    return render(request, "programmes/person.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM)
def invite_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send the invitation again. Read, after signing in again, this address leads back to the person."""
    programme = _managed_or_404(request, slug)
    person = _member_or_404(programme, pk, ()).person
    if request.method != "POST":
        return redirect("person", slug, pk)
    try:
        letter = actions.invite_again(person, programme=programme, by=_user(request))
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"An e-mail to {letter.to} is on its way.")
    return redirect("person", slug, pk)


@require_http_methods(FORM)
def role_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask whether a role is to be taken away, and take it."""
    programme = _managed_or_404(request, slug)
    found = with_role(programme, pk, places(programme))
    if found is None and request.method == "POST":  # a second click, or somebody else was faster
        return _said(request, "Nobody has this role any more.", "people", slug)
    member, held = found or _not_there()
    form = Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.remove_role(programme, pk, by=_user(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = f"{member.person} is no longer {held}."
            if not may_manage_people(_user(request), programme):  # it was one's own
                return _said(request, said, "portfolio")
            next_page = ("people", slug) if len(member.roles) == 1 else ("person", slug, member.person.pk)
            return _said(request, f"{said} To undo this, give the role again.", *next_page)
    context = {
        "programme": programme,
        "member": member,
        "held": held,
        "form": form,
        "crumbs": _crumbs(programme, "Remove a role"),
    }
    return render(request, "programmes/role_remove.html", context, status=422 if form.errors else 200)


def _managed_or_404(request: HttpRequest, slug: str) -> Programme:
    """The programme, for those who manage its people. To others with a role in it that is refused."""
    programme = access_or_404(request.user, slug).programme
    if not may_manage_people(_user(request), programme):
        raise PermissionDenied("Your role does not give people roles in the whole programme.")
    return programme


def _member_or_404(programme: Programme, pk: int, known: Sequence[Place]) -> Member:
    return find_member(programme, pk, known) or _not_there()


def _not_there() -> NoReturn:
    raise Http404("Nobody of this programme is at this address.")


def _workstream(programme: Programme, ref: str) -> Workstream:
    return get_object_or_404(Workstream, programme=programme, ref=ref)


def _tell(request: HttpRequest, person: User, *, is_given: bool) -> None:
    if is_given:
        messages.success(request, f"{person} has the role now. An e-mail to {person.email} is on its way.")
    else:
        messages.info(request, f"{person} has this role already: nothing was done, and nothing sent.")


def _said(request: HttpRequest, sentence: str, *page: Any) -> HttpResponse:
    messages.success(request, sentence)
    return redirect(*page)


def _crumbs(programme: Programme, *below: str) -> list[Crumb]:
    return [
        Crumb("Portfolio", reverse("portfolio")),
        Crumb(programme.name, reverse("programme", args=[programme.slug])),
        *([Crumb("People", reverse("people", args=[programme.slug]))] if below else []),
        Crumb(*below or ["People"]),
    ]


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # sign-in is the rule
