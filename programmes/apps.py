from collections import defaultdict
from collections.abc import Collection, Mapping
from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ProgrammesConfig(AppConfig):
    name = "programmes"

    def ready(self) -> None:
        from accounts import demo
        from core import triggers
        from programmes.months import freeze

        for kinds in ("ratings", "plan", "narrative", "section_notes", "workstreams"):  # in the order of a return
            import_module(f"programmes.rows.{kinds}")
        demo.roles_by_person.append(roles_by_person)
        triggers.register(freeze.triggers)
        pre_migrate.connect(triggers.before_migrations, sender=self)
        post_migrate.connect(triggers.after_migrations, sender=self)


def roles_by_person(people: Collection[int]) -> Mapping[int, set[str]]:
    """Return the roles each of these people holds anywhere."""
    from programmes.models import Membership

    held: dict[int, set[str]] = defaultdict(set)
    for person, role in Membership.objects.filter(user__in=people).values_list("user_id", "role"):
        held[person].add(role)
    return held
