from collections import defaultdict
from collections.abc import Collection, Mapping

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "programmes"

    def ready(self) -> None:
        from accounts import demo

        demo.roles_by_person.append(roles_by_person)


def roles_by_person(people: Collection[int]) -> Mapping[int, set[str]]:
    """Return the roles each of these people holds anywhere."""
    from programmes.models import Membership

    held: dict[int, set[str]] = defaultdict(set)
    for person, role in Membership.objects.filter(user__in=people).values_list("user_id", "role"):
        held[person].add(role)
    return held
