"""What each act on a thing asks, and how it is then done."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from django import forms

from accounts.roles import Permission
from core.fields import TextField
from core.refusal import Refused
from core.words import how_many
from programmes.actions.locking import OF_OTHERS, Seen, are_theirs, owners_of
from programmes.actions.plan import merge, split
from programmes.actions.positions import (
    check_owners,
    directly_under,
    holds,
    in_words,
    move,
    restore,
    standing_under,
    withdraw,
    withdrawn_with,
)
from programmes.actions.reasons import WITHDRAWN, checked_reason
from programmes.actions.workstreams import hindrance, restore_workstream, top_sentence, withdraw_workstream
from programmes.models import Identity, MilestonePosition, Position, Workstream, WorkstreamPosition
from programmes.models.named import address, named, ref, thing_of
from programmes.models.period import PositionQuerySet, positions_model
from programmes.month import Month
from programmes.rows.base import LONG, Row

NEW_ONES = 5  # that one can be split into at once

type Choices = list[tuple[str, Any]]


class ActForm(forms.Form):
    """One act on one row. Its page shows `with_it` too: what goes along, whose versions count as seen."""

    heading: ClassVar[str]
    button: ClassVar[str]
    already: ClassVar[str]  # said of a row with which it was done before

    reason = TextField(max_length=LONG, required=False, label="Why", help_text="Kept in the history")

    def __init__(self, data: Mapping[str, Any] | None = None, *, month: Month, target: Row[Any]) -> None:
        super().__init__(data)
        self.month, self.target = month, target
        self.row: Any = target.row
        self.with_it: Sequence[Position] = []
        self.hindrance = ""  # why it cannot be done at all
        self.prepare()

    def prepare(self) -> None:
        """Offer the choices there are, and find what goes along or stands in the way."""

    def act(self, seen: Seen) -> str:
        """Do it and say what was done, "" where it had been done before. Once the form is valid."""
        raise NotImplementedError

    def _take_along(self, rows: Sequence[Position]) -> None:
        """Let these go along. Where one is not theirs nothing can be done, and none of them is shown."""
        if are_theirs(rows, self.month.access, self.month.tree):
            self.with_it = rows
        else:
            self.hindrance = OF_OTHERS

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class WithdrawForm(ActForm):
    heading, button, already = "Withdraw", "Withdraw", "is withdrawn already"

    along = forms.BooleanField(required=False)

    def prepare(self) -> None:
        self.fields["reason"].required = True
        if isinstance(self.row, WorkstreamPosition):
            is_top = self.row.parent_id is not None and self.row.parent_id not in self.month.reach(Permission.SHAPE)
            self.hindrance = top_sentence(self.row) if is_top else hindrance(self.row)
        else:
            self._take_along(standing_under(self.row))
            self.hindrance = self.hindrance or holds(self.row)
        if self.with_it:
            it = "it" if len(self.with_it) == 1 else "them"
            self.fields["along"].label = f"Withdraw {it} as well"
        else:
            del self.fields["along"]

    def clean_reason(self) -> str:
        try:
            return checked_reason(self.cleaned_data["reason"], WITHDRAWN)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean_along(self) -> bool:
        along: bool = self.cleaned_data["along"]
        if not along:
            raise forms.ValidationError(f"{in_words(self.with_it)} under it: withdraw that as well, or move it first.")
        return along

    def act(self, seen: Seen) -> str:
        reason, by = self.cleaned_data["reason"], self.month.user
        if isinstance(self.row, WorkstreamPosition):
            done = withdraw_workstream(self.row, seen=seen, reason=reason, by=by)
        else:
            along = self.cleaned_data.get("along", False)
            done = withdraw(self.row, seen=seen, reason=reason, along=along, by=by)
        return f"Withdrawn: {self.target.about}." if done else ""


class RestoreForm(ActForm):
    heading, button, already = "Take back in", "Take back in", "has been taken back in already"

    reason = None  # type: ignore[assignment]
    along = forms.BooleanField(required=False, initial=True)

    def prepare(self) -> None:
        if not isinstance(self.row, WorkstreamPosition):
            self._take_along(withdrawn_with(self.row))
            try:
                check_owners([self.row], by=self.month.user)
            except Refused as refused:
                self.hindrance = str(refused)
        if self.with_it:
            self.fields["along"].label = f"Take back in the {how_many(len(self.with_it), 'row')} withdrawn with it"
        else:
            del self.fields["along"]

    def act(self, seen: Seen) -> str:
        by = self.month.user
        if isinstance(self.row, WorkstreamPosition):
            done = restore_workstream(self.row, seen=seen, by=by)
        else:
            done = restore(self.row, seen=seen, along=self.cleaned_data.get("along", False), by=by)
        return f"Taken back in: {self.target.about}." if done else ""


class MoveForm(ActForm):
    heading, button, already = "Move", "Move", "stands there already"

    to = forms.ChoiceField(label="It stands under")
    field_order = ("to", "reason")

    def prepare(self) -> None:
        self.places: dict[str, Position] = {}
        groups: Choices = []
        kinds = type(self.row).places()
        for identity in sorted(kinds.values(), key=lambda each: each is not Workstream):  # workstreams first
            found = live_in_reach(self.month, self.row, identity)
            self.places |= {address(row): row for row in found}
            if identity is Workstream:
                theirs = {ref(row) for row in found}
                nodes = [node for node in self.month.tree.by_pk.values() if node.ref in theirs]
                groups.append(
                    ("Workstreams", [(f"workstream/{node.ref}", "\u2003" * node.tier + node.name) for node in nodes])
                )
            else:
                groups += by_workstream(self.month, found)
        self._choose("to", groups[0][1] if len(kinds) == 1 else groups)
        now = [address(row) for row in owners_of([self.row]) if address(row) in self.places]
        self.fields["to"].initial = now[-1] if now else None  # of a product and its workstream, the product

    def act(self, seen: Seen) -> str:
        to = self.places[self.cleaned_data["to"]]
        to.period = self.month.period
        done = move(self.row, to=to, seen=seen, reason=self.cleaned_data["reason"], by=self.month.user)
        return f"Moved: {self.target.about} now stands under {to} ({ref(to)})." if done else ""


class MergeForm(ActForm):
    heading, button, already = "Merge into another", "Merge", "has been merged into it already"

    into = forms.ChoiceField(label="It goes into")
    field_order = ("into", "reason")

    def prepare(self) -> None:
        self._take_along(directly_under(self.row))
        word, node = self.target.kind.word, self.target.node
        is_milestone = isinstance(self.row, MilestonePosition)
        found = live_in_reach(self.month, self.row, type(thing_of(self.row)))
        if is_milestone:
            found = [row for row in found if getattr(row, "in_workstream", None) == node.pk]
        left_out = {address(row) for row in [self.row, *standing_under(self.row)]}
        self.others = {address(row): row for row in found if address(row) not in left_out}
        goes = f"Another milestone of {node.name}." if is_milestone else "What stands under this product goes along."
        self.fields["into"].help_text = f"{goes} This {word} is then withdrawn."
        self._choose("into", [("", "Choose"), *by_workstream(self.month, list(self.others.values()))])
        if not self.others and not self.hindrance:
            self.hindrance = f"There is no other {word} of yours that it could be merged into."

    def act(self, seen: Seen) -> str:
        into: Any = self.others[self.cleaned_data["into"]]
        into.period = self.month.period
        done = merge(self.row, into=into, seen=seen, reason=self.cleaned_data["reason"], by=self.month.user)
        return f"Merged: {self.target.about} into “{into}” ({ref(into)})." if done else ""


class SplitForm(ActForm):
    heading, button, already = "Split", "Split", "has been split already"

    title = TextField(max_length=300)

    def prepare(self) -> None:
        word = self.target.kind.word
        self.with_it = [row for row in directly_under(self.row) if isinstance(row, MilestonePosition)]
        self.fields["title"].initial = self.row.title
        self.fields["title"].label = f"Title of the {word} that stays"
        for n in range(1, NEW_ONES + 1):
            self.fields[f"title_{n}"] = TextField(max_length=300, required=False, label=f"Title of new {word} {n}")
        self.fields["title_1"].required = True
        self.fields["title_1"].help_text = "It begins with everything that this one says: owner, dates, status."
        choices = [("", "Stays where it is"), *((str(n), f"Goes to new {word} {n}") for n in range(1, NEW_ONES + 1))]
        for row in self.with_it:
            self.fields[f"goes_{ref(row)}"] = forms.ChoiceField(choices=choices, required=False, label=named(row))
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for row in self.with_it:
            n = said.get(f"goes_{ref(row)}")
            if n and f"title_{n}" not in self.errors and not said.get(f"title_{n}"):
                self.add_error(f"goes_{ref(row)}", f"Give new {self.target.kind.word} {n} a title, or choose another.")
        return said

    def act(self, seen: Seen) -> str:
        said = self.cleaned_data
        numbers = [n for n in range(1, NEW_ONES + 1) if said[f"title_{n}"]]
        goes = {ref(row): numbers.index(int(n)) for row in self.with_it if (n := said[f"goes_{ref(row)}"])}
        titles = [said[f"title_{n}"] for n in numbers]
        made = split(
            self.row,
            title=said["title"],
            titles=titles,
            goes=goes,
            seen=seen,
            reason=said["reason"],
            by=self.month.user,
        )
        new = ", ".join(f"“{each}” ({ref(each)})" for each in made)
        return f"Split: {self.target.about}. New: {new}." if made else ""


FORMS: dict[str, type[ActForm]] = {
    "move": MoveForm,
    "split": SplitForm,
    "merge": MergeForm,
    "withdraw": WithdrawForm,
    "restore": RestoreForm,
}


def live_in_reach(month: Month, row: Position, identity: type[Identity]) -> list[Position]:
    """What is live of such things in the workstreams of which this person may write such a row, by ref."""
    model = positions_model(identity)
    (own,) = model.natural_key
    theirs = month.reach_of_any(row.writers)
    rows = cast("PositionQuerySet[Any]", model._default_manager.all())
    found = rows.placed(month.period).filter(withdrawn=False, in_workstream__in=theirs)
    return list(found.select_related(own).order_by(f"{own}__ref"))


def by_workstream(month: Month, found: Sequence[Any]) -> Choices:
    """As groups of choices, the workstreams in the order of the tree."""
    groups: dict[int, Choices] = {}
    for row in found:
        groups.setdefault(row.in_workstream or 0, []).append((address(row), f"{row} ({ref(row)})"))
    return [(node.name, groups[node.pk]) for node in month.tree.by_pk.values() if node.pk in groups]
