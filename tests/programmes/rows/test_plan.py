"""Products and milestones: what they may say, whose the baseline is, and how they are added."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from programmes.models import Lineage, MilestonePosition, Product, ProductPosition
from tests.programmes.rows.forms import action_of, form_of, place, problems


def product(book, ref="P-0001"):
    return ProductPosition.objects.get(period=book.period, product__ref=ref)


def milestone(book, ref="M-0001"):
    return MilestonePosition.objects.get(period=book.period, milestone__ref=ref)


def lines(book):
    return list(Lineage.objects.of(book.period).values_list("kind", "ref", "seq", "step"))


# --- Changing -----------------------------------------------------------------------------------------------


def test_product_says_what_was_typed(lead, book):
    typed = {
        "title": "Ledger",
        "status": "at_risk",
        "due_forecast": "Autumn 2022",
        "due_baseline": "1/9/2022",
        "tranche": "2",
        "owner": "Head of finance",
        "critical": "on",
        "decision_body": "Executive",
        "decision_on": "29/02/2024",
        "legal_advice": "no",
    }
    assert lead.save("product", "P-0001", **typed).status_code == 302

    row = product(book)
    assert (row.title, row.status, row.tranche, row.owner, row.critical) == (
        *("Ledger", "at_risk", "2", "Head of finance", True),
    )
    assert (row.decision_body, row.decision_on, row.legal_advice) == ("Executive", dt.date(2024, 2, 29), False)
    assert (row.due_forecast_text, row.due_forecast_latest) == ("Autumn 2022", dt.date(2022, 11, 30))
    assert (row.due_baseline_text, row.due_baseline_earliest, row.due_baseline_latest) == (
        *("", dt.date(2022, 9, 1), dt.date(2022, 9, 1)),
    )
    assert (row.version, row.carried) == (2, False)


@pytest.mark.parametrize(("said", "kept"), [("", None), ("yes", True), ("no", False)])
def test_legal_advice_is_three_answers(lead, book, said, kept):
    lead.save("product", "P-0001", legal_advice=said)

    assert product(book).legal_advice is kept
    assert form_of(lead.open("product", "P-0001"))["legal_advice"] == said


def test_saving_a_carried_row_as_it_is_says_that_it_still_holds(lead, book):
    before = {f.attname: getattr(product(book), f.attname) for f in ProductPosition._meta.concrete_fields}
    assert before["carried"]

    lead.save("product", "P-0001")
    lead.save("product", "P-0001")

    after = {f.attname: getattr(product(book), f.attname) for f in ProductPosition._meta.concrete_fields}
    assert after == before | {"carried": False, "version": 2}
    entry = AuditEntry.objects.newest_first()[0]
    assert (entry.what, entry.before, entry.after) == ("product.confirm", None, None)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"title": " "}, {"title": ["Write something here."]}),
        ({"title": "x" * 301}, {"title": ["This is 301 characters long. At most 300 fit."]}),
        ({"status": "blue"}, {"status": ["Select a valid choice. blue is not one of the available choices."]}),
        ({"tranche": "9"}, {"tranche": ["Select a valid choice. 9 is not one of the available choices."]}),
        (
            {"legal_advice": "perhaps"},
            {"legal_advice": ["Select a valid choice. perhaps is not one of the available choices."]},
        ),
        (
            {"decision_on": "July 2022"},
            {"decision_on": ["Name one day: “July 2022” can mean several. For example, 1 July 2022 or 1/7/2022."]},
        ),
    ],
)
def test_what_a_product_cannot_say_is_sent_back(lead, book, typed, expected):
    assert problems(lead.save("product", "P-0001", **typed)) == expected
    assert product(book).version == 1


# --- Delivery: only what the month can know -----------------------------------------------------------------

DELIVERED = [
    ("delivered", "", "Say on which day it was delivered."),
    ("on_track", "1 June 2022", "Leave this empty, or set the status to delivered."),
    ("", "1 June 2022", "Leave this empty, or set the status to delivered."),
    ("delivered", "1 July 2022", "This is after 30 June 2022, the day this month describes."),
]


@pytest.mark.parametrize(("status", "day", "sentence"), DELIVERED)
def test_milestone_is_delivered_on_a_day_by_the_as_at_date(lead, book, status, day, sentence):
    answer = lead.save("milestone", "M-0001", status=status, delivered_on=day)

    assert problems(answer) == {"delivered_on": [sentence]}
    assert milestone(book).version == 1


@pytest.mark.parametrize("day", ["30 June 2022", "1/1/2021"])
def test_milestone_may_be_delivered_on_the_last_day_of_the_month(lead, book, day):
    assert lead.save("milestone", "M-0001", status="delivered", delivered_on=day).status_code == 302
    assert milestone(book).status == "delivered"


def test_only_one_sentence_says_what_is_wrong_with_a_day(lead):
    (sentence,) = problems(lead.save("milestone", "M-0001", status="delivered", delivered_on="31/02/2022"))[
        "delivered_on"
    ]

    assert sentence.startswith("“31/02/2022” is not a date.")


# --- Baselines ----------------------------------------------------------------------------------------------

BASELINES = [("product", "P-0001", "due_baseline", product), ("milestone", "M-0001", "baseline", milestone)]


@pytest.mark.parametrize(("kind", "ref", "field", "read"), BASELINES)
def test_lead_sets_a_baseline_once_and_the_pmo_changes_it(lead, pmo, book, kind, ref, field, read):
    lead.save(kind, ref, **{field: "July 2022"})
    page = lead.open(kind, ref)
    assert field not in form_of(page)
    assert "Only the programme’s PMO changes a baseline." in page.content.decode()

    assert lead.send(page, title="Renamed", **{field: "August 2022"}).status_code == 302
    assert (read(book).title, getattr(read(book), f"{field}_text")) == ("Renamed", "July 2022")

    pmo.save(kind, ref, **{field: "1 August 2022"})
    assert getattr(read(book), f"{field}_latest") == dt.date(2022, 8, 1)
    pmo.save(kind, ref, **{field: ""})
    assert getattr(read(book), f"{field}_latest") is None


def test_pmo_of_a_part_does_not_change_a_baseline(clerk, pmo, book):
    pmo.save("product", "P-0001", due_baseline="July 2022")
    part = clerk("pmo", book.finance)

    part.save("product", "P-0001", due_baseline="August 2022")

    assert product(book).due_baseline_text == "July 2022"


# --- Adding -------------------------------------------------------------------------------------------------


def test_product_is_added_with_the_next_ref_and_begins_its_lineage(lead, book):
    page = lead.open("product", "FIN-1/new")
    assert action_of(page) == place(book, "product", "FIN-1/P-0002")

    answer = lead.send(page, title="Interfaces", status="on_hold")

    assert answer["Location"] == place(book, "product", "P-0002")
    added = product(book, "P-0002")
    assert (added.title, added.workstream, added.version, added.carried) == ("Interfaces", book.erp, 1, False)
    assert lines(book) == [("product", "P-0002", 1, "added")]


def test_milestone_is_added_to_a_product_or_to_a_workstream(lead, book):
    lead.save("milestone", "product/P-0001/new", title="Tested")
    lead.save("milestone", "workstream/FIN/new", title="Agreed")

    assert (milestone(book, "M-0002").product, milestone(book, "M-0002").workstream) == (book.product_, None)
    assert (milestone(book, "M-0003").product, milestone(book, "M-0003").workstream) == (None, book.finance)
    assert lines(book) == [("milestone", "M-0002", 1, "added"), ("milestone", "M-0003", 1, "added")]


def test_changing_begins_no_lineage(lead, book):
    lead.save("product", "P-0001", title="Another")

    assert lines(book) == []


def test_milestone_is_added_as_delivered_only_with_its_day(lead):
    answer = lead.save("milestone", "workstream/FIN/new", title="Agreed", status="delivered")

    assert problems(answer) == {"delivered_on": ["Say on which day it was delivered."]}


@pytest.mark.parametrize(
    ("highest", "following"),
    [("P-0441", "P-0442"), ("P-9999", "P-10000"), ("P-9999999999", "P-10000000000"), ("P-X", "P-0002")],
)
def test_next_ref_follows_the_highest_as_wide_as_it_is(lead, book, highest, following):
    Product.objects.create(programme=book.programme, ref=highest)

    lead.save("product", "FIN/new", title="One more")

    assert product(book, following).title == "One more"


def test_first_ref_of_a_programme_without_any(lead, book):
    assert action_of(lead.open("milestone", "workstream/FIN/new")).endswith("/M-0002/")


@pytest.mark.parametrize("chosen", ["P-999999999", "MINE", "P-2", "<b>", "x" * 300, ""])
def test_nobody_chooses_a_ref_by_an_address(lead, book, chosen):
    page = lead.open("product", f"FIN/{chosen}")

    assert action_of(page) == place(book, "product", "FIN/P-0002")
    assert (
        lead.client.post(place(book, "product", f"FIN/{chosen}"), form_of(page) | {"title": "Mine"}).status_code == 302
    )
    assert set(Product.objects.values_list("ref", flat=True)) == {"P-0001", "P-0002"}


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("product", "P-0404"),
        ("product", "NONE/new"),
        ("milestone", "M-0404"),
        ("milestone", "product/P-0404/new"),
        ("milestone", "product/FIN/new/new"),
        ("milestone", "product/FIN/P-0001/new"),
        ("milestone", "workstream/NONE/new"),
        ("milestone", "programme/FIN/new"),
        ("milestone", "FIN/new"),
        ("milestone", "product/new"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_there_has_no_page(lead, book, kind, key, method):
    assert getattr(lead.client, method)(place(book, kind, key), {"title": "x", "seen": "0"}).status_code == 404


def test_product_of_a_workstream_that_is_gone_has_no_page(lead, book):
    book.erp.positions.filter(period=book.period).update(withdrawn=True)

    assert lead.open("product", "P-0001").status_code == 404
    assert lead.open("milestone", "M-0001").status_code == 404
