from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.commands import add_person
from accounts.commands import person as find_person
from core.commands import DataCommand
from core.links import public
from programmes.actions import Refused, close_period, open_period, reopen_period
from programmes.models import Period, Programme
from programmes.month import whole_month
from programmes.months import closing


class Command(DataCommand):
    help = "Open a month of a programme, close it for good, or open another edition of a closed one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["open", "close", "reopen"])
        parser.add_argument("programme", metavar="PROGRAMME", help="its short name, as in its address")
        parser.add_argument("label", metavar="YYYY-MM")
        parser.add_argument("--reason", default="", help="why a closed month is opened again")
        parser.add_argument("--override", default="", help="why it is closed although a gate holds it back")
        add_person(parser)

    def handle(self, *args: Any, action: str, programme: str, label: str, **options: Any) -> None:
        found = Programme.objects.filter(slug=programme).first()
        if found is None:
            raise CommandError(f"There is no programme “{programme}”.")
        by = find_person(options["person"])
        try:
            match action:
                case "open":
                    period = open_period(found, label, by=by)
                case "close":
                    period = _edition(found, label, Period.State.OPEN)
                    self.notify(period)
                    period = close_period(period, override=options["override"], by=by)
                    closing.keep_at_once(period, by=by)
                case _:
                    period = reopen_period(_edition(found, label, Period.State.CLOSED), reason=options["reason"], by=by)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{period} of {found} is {period.get_state_display().lower()}.")
        for sentence in period.remarks:
            self.stdout.write(sentence)

    def notify(self, period: Period) -> None:
        """Say what there is to know before it is closed, whether that is refused or not."""
        try:
            month = whole_month(period)
        except LookupError:  # it holds nothing, which is why it cannot close
            return
        for notice in closing.notices_on(month):
            self.stdout.write(f"{notice.sentence} {public(notice.href)}" if notice.href else notice.sentence)


def _edition(programme: Programme, label: str, state: Period.State) -> Period:
    """The newest edition of a month in this state."""
    found = programme.periods.filter(label=label, state=state).order_by("-edition").first()
    if found is None:
        raise CommandError(f"{label} of {programme} is not {state.label.lower()}.")
    return found
