"""Who makes a return and who it goes to next: those with a role at the workstream, else at the nearest one above."""

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import Role
from programmes.leads import Leads
from programmes.month import Month, once
from programmes.tree import Node
from returns.states import ReturnState


def between(month: Month, unit: Node) -> list[Node]:
    """The workstreams through which a return goes on its way to the programme's PMO, highest first."""
    return month.tree.path(unit)[1:-1]


class People(Leads):
    """Everybody with a part in the returns of these programmes, in one query."""

    def reporters(self, month: Month, unit: Node) -> list[User]:
        """Whose the return is: its leads, else those of the nearest workstream above; at last the programme's PMO."""
        return self._nearest(month, reversed(month.tree.path(unit)))

    def reviewers(self, month: Month, unit: Node, state: ReturnState, *, submitter: int | None) -> list[User]:
        """With whom a return lies that stands so: those right above it, or the programme's PMO.

        Nobody reviews what they submitted: where they are alone above it, it lies with the next.
        """
        return self._nearest(month, reversed(between(month, unit)) if state is ReturnState.SUBMITTED else (), submitter)

    def askers(self, month: Month, unit: Node) -> list[User]:
        """Everybody who may ask about a return: those above it, as far up as they are, and the programme's PMO."""
        above = [person for node in reversed(month.tree.path(unit)[:-1]) for person in self.at(node)]
        return list(dict.fromkeys([*above, *self._pmo(month)]))

    def makers(self, month: Month, unit: Node) -> list[User]:
        """Those with a role at this return, or nearest above it; nobody where it falls to the programme's PMO."""
        return self.nearest(reversed(month.tree.path(unit)))

    def acceptors(self, month: Month) -> list[User]:
        """Everybody who may accept returns: the programme's PMO."""
        return self._pmo(month)

    def are_between(self, month: Month, unit: Node, submitter: int | None) -> bool:
        """Whether anybody but its submitter looks at a return before the programme's PMO does."""
        return any(self.at(node, submitter) for node in between(month, unit))

    def _nearest(self, month: Month, nodes: Iterable[Node], but: int | None = None) -> list[User]:
        return self.nearest(nodes, but) or self._pmo(month)

    def _pmo(self, month: Month) -> list[User]:
        return self._with[month.tree.root.pk, Role.PMO] if month.tree.root else []


@once
def people(month: Month) -> People:
    """Everybody with a part in the returns of this programme."""
    return People(month.programme)
