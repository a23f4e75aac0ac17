"""The letters about risks: one that goes to another level is told to those who had it and to those who get it."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.roles import ROLES_WITH, Permission
from core.links import public
from jobs.letters import post
from programmes.access import over_all
from programmes.leads import Leads
from programmes.tree import Tree, trees
from risks.models import RiskPosition
from risks.movement import escalation
from risks.printed import level_label, score_text
from risks.scheme import RULES, RiskRules

SIGN_IN = "Sign in to Plumbline to read it."


def about_level(row: RiskPosition, *, was: str, now: str, version: int, by: User) -> None:
    """Tell both sides that a risk has gone from one level to another; nobody is told of what they did themselves."""
    rules = RULES.of(row.period.scheme)
    if rules is None:
        return
    (tree,) = trees(row.period)
    about = f"risks/{row.period.pk}/{row.risk.ref}"
    subject, body = _text(row, rules, was=was, now=now, by=by)
    for person in _sides(row, rules, tree, (was, now)):
        if person.pk != by.pk:
            key = f"{about}/level/{version}/{person.pk}"
            post(of={key: about}, to=person, subject=subject, body=body)


def _sides(row: RiskPosition, rules: RiskRules, tree: Tree, levels: Iterable[str]) -> list[User]:
    """Those who answer for a risk at these levels, and those who report it, each once."""
    leads, path = Leads(row.period.programme), tree.path(tree.by_pk[row.workstream_id])
    found = list(leads.nearest(reversed(path)))
    for level in levels:
        tier = rules.levels[level].tier if level in rules.levels else len(path)
        if tier == 0:
            found += _running_months(row)
        else:
            found += leads.nearest(reversed(path[: tier + 1]))
    return list(dict.fromkeys(found))


def _running_months(row: RiskPosition) -> list[User]:
    """Those who answer for the programme."""
    roles = over_all(row.period.programme).filter(
        role__in=ROLES_WITH[Permission.RUN_MONTHS] & ROLES_WITH[Permission.REPORT], user__is_active=True
    )
    return [each.user for each in roles.select_related("user").order_by("user")]


def _text(row: RiskPosition, rules: RiskRules, *, was: str, now: str, by: User) -> tuple[str, str]:
    word = escalation(rules, was, now)
    done = {"Escalated": "escalated", "De-escalated": "de-escalated"}.get(word, "put on another level")
    before, after = level_label(rules, was) or "no level", level_label(rules, now) or "no level"
    subject = f"{row.risk.ref}, {row.period.name}: risk {done} to {after}"
    said = [f"{by.name} has {done} the risk “{row.title}” ({row.risk.ref}) from {before} to {after}."]
    if score := score_text(rules.matrix, row.current_score):
        said.append(f"Its current score is {score}.")
    said.append(f"It is {row.owner}’s." if row.owner else "It is nobody’s: it has no owner.")
    if now in rules.levels:
        said.append(f"{after} means: {rules.levels[now].meaning}")
    place = reverse("risk", args=[row.period.programme.slug, row.period.label, row.risk.ref])
    where = f"It is here: {public(place)}" if settings.PUBLIC_URL else SIGN_IN
    return subject, f"{' '.join(said)}\n\n{where}\n\n{row.period.programme.name}"
