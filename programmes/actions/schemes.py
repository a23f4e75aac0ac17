"""Adding a version to a programme's scheme, and having the open month take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import User
from core.refusal import Refused
from programmes.access import may_run_months, roles_in_words
from programmes.actions.months import first_of
from programmes.models import Period, Programme, SchemeVersion
from programmes.months.digest import canonical
from programmes.months.versions import faults, faults_now, faults_when_carried
from programmes.scheme import Scheme, SchemeError


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it."""

    version: SchemeVersion  # the newest now
    is_new: bool  # False: it was the newest already
    taken_by: Period | None  # the open month that has taken it


@transaction.atomic
def add_scheme(
    programme: Programme, document: Mapping[str, Any], *, open_month: bool = False, by: User | None = None
) -> Added:
    """Add a document as the next version of a programme's scheme, which the next month that is opened takes.

    With `open_month` the open one takes it now. A document that is the newest version already is not added again.
    Raise Refused where it breaks a rule, names a check or a section that there is not, or gives no meaning to a code
    that the newest month carries forward or, with `open_month`, that stands in the open one. All or nothing.
    """
    if by is not None and not may_run_months(by, programme):
        raise Refused(f"{by} may not change the scheme of {programme}: that is for its PMO.")
    try:
        scheme = Scheme.parse(document)
    except SchemeError as error:
        raise Refused(str(error)) from error
    # The month's lock comes first, as at closing, and the entries last: what they wait for is held to the end.
    period = _open_month(programme) if open_month else None
    newest = programme.schemes.order_by("-number").first()
    is_new = newest is None or canonical(newest.document) != canonical(document)
    version = _add(programme, newest, document, scheme) if newest is None or is_new else newest
    had = _take(period, version) if period else None
    if is_new:
        was: Mapping[str, Any] = newest.document if newest else {}
        changed = sorted(key for key in {*was, *document} if canonical(was.get(key)) != canonical(document.get(key)))
        _record("scheme.add", programme, version, by=by, after={"number": version.number, "changed": changed})
    if period and had:
        before, after = {"scheme": had.number}, {"scheme": version.number}
        _record("period.take_scheme", programme, period, by=by, before=before, after=after)
    return Added(version, is_new, period if had else None)


def _add(
    programme: Programme, newest: SchemeVersion | None, document: Mapping[str, Any], scheme: Scheme
) -> SchemeVersion:
    number = newest.number + 1 if newest else 1
    source = programme.periods.newest_first().first()  # the month that the next one begins with
    found = [*faults(scheme), *(faults_when_carried(source, scheme) if source else ())]
    if found:
        raise Refused(f"Scheme {number} of {programme} is not added. {first_of(found)}")
    try:
        with transaction.atomic():
            return SchemeVersion.objects.create(programme=programme, number=number, document=dict(document))
    except IntegrityError as error:
        raise Refused(f"Another version of the scheme of {programme} was added at the same moment.") from error


def _open_month(programme: Programme) -> Period:
    """The month that can take a version, locked.

    An amendment never does: it is read by the rules of the month that it amends.
    """
    rows = programme.periods.open().filter(edition=1).select_for_update(of=("self",))
    period = rows.select_related("programme", "scheme_version").first()
    if period is None:
        raise Refused(f"No month of {programme} is open. The next that is opened takes the newest scheme by itself.")
    return period


def _take(period: Period, version: SchemeVersion) -> SchemeVersion | None:
    """Have the open month take a version; return the one it had, None where it has this one already.

    What somebody saves at this very moment by the rules it had is found at closing.
    """
    had = period.scheme_version
    if had.pk == version.pk:
        return None
    if found := list(faults_now(period, version.scheme)):
        raise Refused(f"{period} cannot take {version} of {period.programme}. {first_of(found)}")
    period.scheme_version = version
    period.save(update_fields=["scheme_version"])
    return had


def _record(what: str, programme: Programme, of: SchemeVersion | Period, *, by: User | None, **values: Any) -> None:
    audit.record(
        what=what,
        subject=str(of),
        subject_key=of.pk,
        programme=programme.slug,
        period=of.pk if isinstance(of, Period) else None,
        role=roles_in_words(by, programme),
        by=by,
        **values,
    )
