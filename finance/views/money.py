"""The page of a month's money: every table the scheme lays out, its figures at a glance, and what does not agree."""

from collections.abc import Iterator, Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.blocks import Block, Cell, Fact, Facts, Kind, Section
from core.files import attachment
from core.formats import TABLE_FORMATS, file_name
from core.http import HttpRequest
from core.money import printed
from finance import facts
from finance.asked import is_typed
from finance.columns import Variance
from finance.control_totals import KIND, total_rows, totals
from finance.models import ControlTotal, FinanceLinePosition
from finance.pictures import picture
from finance.scheme import Style, tables
from finance.tables import Worked, worked_out
from programmes import figures
from programmes.editing.lines import address
from programmes.month import Month
from programmes.navigation import crumbs
from programmes.report import bound, state
from programmes.views.fetch import fetch

GLANCES = 3  # figures at the head of the page, besides the control totals
STYLES = {
    "": "as printed",
    Style.WORDS.value: "in words",
    Style.BRACKETS_ADVERSE.value: "brackets for adverse",
    Style.BRACKETS_FAVOURABLE.value: "brackets for favourable",
}


@require_safe
def money(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    month = fetch(request, slug, label)
    style = request.GET.get("variances", "")
    chosen = Style(style) if style in STYLES and style else None
    caveats = _caveats(month)
    worked = [found for found in _worked(month, chosen) if not found.table.is_empty]
    context = {
        "month": month,
        "state": state(month.period),
        "crumbs": crumbs(month, month.scope),
        "glance": _glance(month, worked),
        "tables": [
            (found, _files(month, found, style), _grid(month, found), caveats.get(found.spec.code)) for found in worked
        ],
        "pictures": _pictures(month),
        "styles": [(words, month.link("money", variances=code), code == style) for code, words in STYLES.items()],
        "lines": month.link("lines"),
        "may_edit": bool(month.reach_of_any(FinanceLinePosition.writers)),
        "to_compare": _to_compare(month, worked) if any(map(month.may_for_all, ControlTotal.writers)) else [],
    }
    return render(request, "finance/money.html", context)


@require_safe
def money_file(request: HttpRequest, slug: str, label: str, table: str, code: str) -> HttpResponse:
    """One table as a file."""
    month = fetch(request, slug, label)
    if code not in TABLE_FORMATS:
        raise Http404(f"There is no {code} of this. There is: {', '.join(TABLE_FORMATS)}.")
    spec = tables(month.scheme).get(table)
    if spec is None:
        raise Http404(f"The scheme of {month.period} has no money table {table}.")
    style = request.GET.get("variances", "")
    found = worked_out(month, spec, style=Style(style) if style in STYLES and style else None).table
    made, file = bound(month, "money", (Section("money", "Money", (found,)),)), TABLE_FORMATS[code]
    return attachment(file.write(made), content_type=file.content_type, name=file_name(made, file.suffix, found.key))


def _to_compare(month: Month, worked: Sequence[Worked]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By table, every total with the address where it is compared with one that others state."""
    return [
        (
            found.spec.caption,
            [(words, address(month, KIND, f"{found.spec.code}/{key}")) for key, words in totals(found.spec)],
        )
        for found in worked
        if total_rows(found.spec)
    ]


def _worked(month: Month, style: Style | None) -> Iterator[Worked]:
    return (worked_out(month, spec, style=style) for spec in tables(month.scheme).values())


def _files(month: Month, found: Worked, style: str) -> list[tuple[str, str]]:
    return [
        (file.label, month.link("money_file", found.spec.code, file.code, variances=style))
        for file in TABLE_FORMATS.values()
    ]


def _grid(month: Month, found: Worked) -> str:
    """Where the amounts of a table are changed; "" for whoever may not change any of them."""
    may_edit = bool(month.reach_of_any(FinanceLinePosition.writers)) and is_typed(found.spec)
    return month.link("money_edit", table=found.spec.code) if may_edit else ""


def _pictures(month: Month) -> list[Block]:
    """Those that the layouts have, each once."""
    choices = (each for layout in month.scheme.layouts.values() for each in layout if each.section == "money_picture")
    asked = {choice.options["key"]: choice.options for choice in choices}
    return [block for options in asked.values() for block in picture(month, options)]


def _caveats(month: Month) -> dict[str, Section]:
    """What a table is to be read with, by its code: the caveat of the section of a layout that shows it."""
    choices = {each.key: each for layout in month.scheme.layouts.values() for each in layout if each.section == "money"}
    return {
        choices[key].options["table"]: Section(key, choices[key].title, (), note.as_at, note.caveat)
        for key, note in figures.section_notes(month).items()
        if key in choices
    }


def _glance(month: Month, worked: Sequence[Worked]) -> Facts:
    """The totals that have a variance, and how many control totals do not agree."""
    found = [fact for each in worked for fact in _totals(each)][:GLANCES]
    stated = len(facts.control_totals(month))
    if stated:
        apart = sum(len(each.disagreements) for each in worked)
        said = f"{apart} of {stated} do not agree" if apart > 1 else f"1 of {stated} does not agree"
        text = said if apart else f"All {stated} agree"
        found.append(Fact("control", "Published and ledger totals", Kind.COUNT, Cell(apart, text)))
    return Facts("glance", "At a glance", tuple(found))


def _totals(worked: Worked) -> Iterator[Fact]:
    """What each total of a table comes to beside what was planned."""
    spec = worked.spec
    variances = [column for column in spec.columns if isinstance(column.shows, Variance)]
    for key, label in total_rows(spec):
        for column in variances:
            figure = worked.figures.get((key, column.key))
            if figure and figure.beside:
                now, planned = (printed(pounds, spec.unit, spec.places) for pounds in figure.beside)
                name = f"{label}, {spec.unit.sign}"
                said = figure.words(spec.unit, spec.places)
                yield Fact(f"{spec.code}-{key}-{column.key}", name, Kind.TEXT, Cell(f"{now} of {planned}"), said)
