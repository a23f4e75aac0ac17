"""What every kind of thing that an app adds has to bring with it, and the sentence for each that is missing.

Where a duty is forgotten nothing may break for long: a month closes unchecked, a hazard can never end, a return does
not ask. So each is looked for here, in whatever apps are installed. CONTRIBUTING.md has the recipes.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import CharField, UniqueConstraint

from accounts.roles import Permission
from core.fields import TextField
from programmes.actions.rows import write_row
from programmes.checks import CHECKS
from programmes.editing.lines import ACTS
from programmes.examples.files import FILES
from programmes.forms.acts import FORMS
from programmes.models import Identity, InPeriod, Position, Versioned, Workstream, WorkstreamPosition
from programmes.models.named import kind_of
from programmes.models.period import InPeriodQuerySet, PositionQuerySet
from programmes.months.reported import identity_models, in_period_models
from programmes.rows import KINDS, RowKind
from programmes.scheme import Scheme
from programmes.scheme.scheme import parts
from programmes.sections import SECTIONS
from tests import trials
from tests.factories import somerset_scheme

SHORT = 40  # as long as a code may be
NONSENSE = object()


def missing() -> list[str]:
    """A sentence for each duty of each kind that is not done."""
    scheme = Scheme.parse(somerset_scheme())  # without the part of any app above
    return [
        *chain.from_iterable(map(_of_identity, identity_models())),
        *_prefixes(),
        *chain.from_iterable(map(_of_model, in_period_models())),
        *chain.from_iterable(_codes(model, scheme) for model in in_period_models()),
        *chain.from_iterable(map(_of_kind, KINDS.values())),
        *chain.from_iterable(map(_trials, KINDS.values())),
        *_examples(),
        *_registered(scheme),
    ]


# --- Models -------------------------------------------------------------------------------------------------


def _of_identity(model: type[Identity]) -> Iterator[str]:
    name = model.__name__
    held = {constraint.name for constraint in model._meta.constraints}
    if not held >= {f"{model._meta.model_name}_ref_once", f"{model._meta.model_name}_has_a_ref"}:
        yield f"{name} may have a ref twice or none: its Meta has to inherit Identity.Meta."
    about = {field.related_model for field in model._meta.related_objects if field.name == "positions"}
    if not any(issubclass(each, Position) for each in about):
        yield f"Nothing is reported about {name}: a Position needs a key to it with related_name “positions”."
    if model is not Workstream and not model.prefix:
        yield f"No ref is proposed for a new {name}: it needs a `prefix`."


def _prefixes() -> Iterator[str]:
    counts = Counter(model.prefix for model in identity_models() if model.prefix)
    for prefix, n in counts.items():
        if n > 1:
            yield f"The prefix “{prefix}” is taken by {n} kinds of thing."


def _of_model(model: type[InPeriod]) -> Iterator[str]:
    name, fields = model.__name__, {field.name for field in model._meta.concrete_fields}
    key = getattr(model, "natural_key", None)  # () of what there is one of in a month
    if key is None or not fields.issuperset(key):
        yield f"{name} does not say what tells its rows apart: it needs a `natural_key` of fields."
    elif not _is_unique(model, {"period", *key}):
        yield f"{name} may say a thing twice in a month: it needs a UniqueConstraint of period and {', '.join(key)}."
    if issubclass(model, Position) and not (key and len(key) == 1 and key[0] in model.identity_fields()):
        yield f"{name} is about nothing: the one field of its `natural_key` has to name an Identity."
    if strangers := set(model.stands_under) - model.identity_fields().keys():
        yield f"{name} cannot stand under {', '.join(sorted(strangers))}: `stands_under` names fields of identities."
    wanted = PositionQuerySet if issubclass(model, Position) else InPeriodQuerySet
    if not isinstance(model._default_manager.all(), wanted):
        yield f"{name} is not placed or counted in returns: its `objects` have to come of {wanted.__name__}."
    if issubclass(model, Versioned) and model not in {kind.model for kind in KINDS.values()}:
        yield f"Nobody can change a {name}: register a RowKind of it."


def _is_unique(model: type[InPeriod], names: set[str]) -> bool:
    return any(isinstance(each, UniqueConstraint) and {*each.fields} == names for each in model._meta.constraints)


def _codes(model: type[InPeriod], scheme: Scheme) -> Iterator[str]:
    name, by_tier = model.__name__, model.coded_by_tier.columns if model.coded_by_tier else ()
    for field in model._meta.concrete_fields:
        is_short = isinstance(field, CharField) and (field.max_length or 0) <= SHORT and not field.choices
        is_date = field.name.endswith("_text")  # as it was stated
        if is_short and not is_date and field.name not in {*model.coded, *by_tier, *_no_codes(name)}:
            yield f"Months close with any {field.name} of {name}: it needs an entry in `coded`, or in NO_CODES."
    for column, codes in model.coded.items():
        try:
            codes.known(scheme)
        except Exception as error:  # noqa: BLE001 -- whatever it is
            yield f"No month of an older scheme can close: the codes of {name}.{column} fail without its part ({error!r})."


def _no_codes(name: str) -> set[str]:
    return {column for model, column in trials.all_of("NO_CODES") if model == name}


# --- Kinds of rows ------------------------------------------------------------------------------------------


def _of_kind(kind: RowKind[Any]) -> Iterator[str]:
    model, is_reported = kind.model, Permission.REPORT in kind.model.writers
    if is_reported and not kind.part:
        yield f"No return asks for a {kind.word}, nor does one begin a return: its RowKind needs a `part`."
    if kind.part and not kind.needs and model._meta.app_label != "programmes":
        yield f"Every programme there is would be asked for a {kind.word} at once: its RowKind has to say what it `needs`."
    if unknown := set(kind.acts) - (FORMS.keys() & ACTS.keys()):
        yield f"A {kind.word} cannot be made to {', '.join(sorted(unknown))}: there are {', '.join(sorted(FORMS))}."
    if not issubclass(model, Position):
        return
    if kind.code != kind_of(model):
        yield f"The addresses of a {kind.word} lead nowhere: its RowKind has to be called “{kind_of(model)}”."
    if not kind.stays:
        yield f"A {kind.word} can be taken away and is lost to its history: its RowKind says why it `stays`."
    if "withdraw" not in kind.acts:
        yield f"A {kind.word} can never end: “withdraw” has to be among the `acts` of its RowKind."
    if kind.save is write_row:
        yield f"A new {kind.word} has no lineage, and is not held with what it stands under: `save` it as a position."
    if is_reported and model is not WorkstreamPosition and not kind.listing:
        yield f"Nobody can list {kind.word}s, and what checks find of them leads nowhere: its RowKind needs a `listing`."


def _trials(kind: RowKind[Any]) -> Iterator[str]:
    own = kind.code in trials.all_of("TRIED_BY_ITS_OWN")
    texts = [field for field in kind.form.base_fields.values() if isinstance(field, TextField) and field.required]
    wanted = {
        "KEYS": True,
        "SAVES": not own,
        "COSTS": not own,
        "REQUIRED": bool(texts),
        "ADDITIONS": issubclass(kind.model, Position),
    }
    there = {name: set(trials.by_kind(name)) for name in ("KEYS", "SAVES", "REQUIRED", "COSTS")}
    there["ADDITIONS"] = {code for code, _, _ in trials.all_of("ADDITIONS")}
    for name, is_wanted in wanted.items():
        if is_wanted and kind.code not in there[name]:
            yield f"The tests try no {kind.word}: the trials of its app need an entry in {name}."


# --- What is registered besides -----------------------------------------------------------------------------


def _examples() -> Iterator[str]:
    held = {file.model for file in FILES}
    for model in in_period_models():
        if issubclass(model, Versioned) and Permission.REPORT in model.writers and model not in held:
            yield f"No example can hold a {model.__name__}: register an ExampleFile of it."
    for file in FILES:
        if file.name not in trials.by_kind("COLUMNS"):
            yield f"The tests try no example with {file.name}: the trials of its app need its COLUMNS."


def _registered(scheme: Scheme) -> Iterator[str]:
    for code, n in Counter(check.code for check in CHECKS).items():
        if n > 1:
            yield f"Two checks are called “{code}”."
    for key, part in parts.items():
        if part.absent:
            yield f"An older scheme would say what nobody agreed: the part “{key}” stands for rules where there are none."
    for name, kind in SECTIONS.items():
        for option, takes in {**kind.needs, **kind.may_have}.items():
            if takes(scheme, {}, NONSENSE):
                yield f"A layout could break its report: the option “{option}” of the section “{name}” takes anything."
