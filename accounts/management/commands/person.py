from argparse import ArgumentParser, BooleanOptionalAction
from typing import Any

from django.core.management.base import CommandError

from accounts.actions import admit, password_link
from accounts.commands import add_person
from accounts.commands import person as find_person
from accounts.forms import PersonForm
from accounts.models import EXAMPLE_DOMAIN, User
from core.commands import DataCommand
from core.links import on_terminal


class Command(DataCommand):
    help = "Make a person, or change what they may set up, and print a link by which they choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the address they sign in with")
        parser.add_argument("--name", default="", help="name or post of a new person")
        parser.add_argument(
            "--sets-up-programmes", action=BooleanOptionalAction, help="whether they may set up programmes"
        )
        add_person(parser)

    def handle(
        self, *args: Any, email: str, name: str, sets_up_programmes: bool | None, person: str, **options: Any
    ) -> None:
        by = find_person(person)
        known = User.objects.filter(email=User.objects.normalize_email(email)).first()
        form = PersonForm({"email": email, "name": known.name if known else name})
        if not form.is_valid():
            raise CommandError(
                " ".join(f"{form[key].label}: {said}" for key, all_ in form.errors.items() for said in all_)
            )
        if form.cleaned_data["email"].endswith(EXAMPLE_DOMAIN):
            raise CommandError(
                f"Addresses that end with {EXAMPLE_DOMAIN} are those of example people. Give a real one."
            )
        if known and not known.is_active:
            raise CommandError(f"The account of {known} is closed.")
        found, is_new = admit(**form.cleaned_data, sets_up_programmes=sets_up_programmes, by=by)
        self.stdout.write(f"{found} signs in with {found.email}{'' if is_new else ' already'}.")
        self.stdout.write(f"They may {'' if found.sets_up_programmes else 'not '}set up programmes.")
        self.stdout.write("To choose a password, they open this address. It works once, for 24 hours:")
        self.stdout.write(on_terminal(password_link(found)))
