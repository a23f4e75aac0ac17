"""The page that sets up a programme: what it takes, what it refuses in which sentence, and that nothing is lost."""

import datetime as dt
import html
import re
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from core.dates import HOW_TO_MONTH
from programmes.forms.founding import last_month
from programmes.models import Programme
from programmes.tree import trees
from tests.factories import Book, everything, founder, person

pytestmark = pytest.mark.django_db

ADDRESS = "/programmes/new/"
FILLED = {
    "name": "Kent reorganisation",
    "council": "Kent County Council",
    "starts_on": "1/1/2027",
    "vesting_day": "1 April 2028",
    "scheme": "somerset",
    "workstreams": "Finance | Director of finance\r\n- ERP\r\n- Budget\r\nPeople\r\n",
    "label": "2027-01",
}


@pytest.fixture
def officer():
    return founder()


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def send(signed_in):
    """Send the form as filled in above, with changes."""
    return lambda **changes: signed_in.post(ADDRESS, FILLED | changes)


@pytest.fixture
def errors(send):
    """Send what is wrong, and return its sentences by field; nothing was made of it."""

    def refused(**changes):
        before = everything()
        answer = send(**changes)
        assert (answer.status_code, everything()) == (422, before)
        return {field: list(said) for field, said in answer.context["form"].errors.items()}

    return refused


def text(answer):
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", answer.content.decode())))


# --- What it takes ------------------------------------------------------------------------------------------


def test_four_answers_and_the_workstreams_make_a_programme(send, officer):
    answer = send()

    assert (answer.status_code, answer["Location"]) == (302, "/programmes/kent-reorganisation/setting-up/")
    programme = Programme.objects.visible_to(officer).get()
    period = programme.periods.get()
    (tree,) = trees(period)
    assert (period.scheme.starts_on, period.scheme.vesting_day) == (dt.date(2027, 1, 1), dt.date(2028, 4, 1))
    assert (period.scheme.return_tier, period.label) == (2, "2027-01")
    assert list(tree.by_ref) == ["KR", "FIN", "FIN-01", "FIN-02", "PEO"]


def test_the_form_begins_with_what_most_take(signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(2027, 3, 31))

    form = signed_in.get(ADDRESS).context["form"]

    assert (form["scheme"].initial, form["label"].initial) == ("somerset", "2027-02")


@pytest.mark.parametrize(
    ("today", "label"), [("2027-01-01", "2026-12"), ("2027-03-31", "2027-02"), ("2028-03-01", "2028-02")]
)
def test_last_month_is_the_one_before_this(monkeypatch, today, label):
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date.fromisoformat(today))

    assert last_month() == label


@pytest.mark.parametrize("day", ["1/7/2027", "1 July 2027", "2027-07-01", " 1st  July 2027 "])
def test_a_day_is_written_as_people_write_it(send, day):
    send(starts_on=day)

    assert Programme.objects.get().periods.get().scheme.starts_on == dt.date(2027, 7, 1)


@pytest.mark.parametrize("month", ["June 2027", "jun 2027", "6/2027"])
def test_the_first_month_too(send, month):
    send(label=month)

    assert Programme.objects.get().periods.get().label == "2027-06"


def test_a_short_name_may_be_chosen_and_is_in_small_letters(send):
    assert send(slug="LGR-2028")["Location"] == "/programmes/lgr-2028/setting-up/"


def test_an_outline_that_is_indented_as_a_whole_is_read_as_it_is_meant(send):
    send(workstreams="  Finance\r\n    ERP\r\n  People")

    (tree,) = trees(Programme.objects.get().periods.get())
    assert [(node.name, node.tier) for node in tree.root.walk()][1:] == [("Finance", 1), ("ERP", 2), ("People", 1)]


def test_tiers_may_be_called_otherwise_and_be_more(send):
    words = ["area", "areas", "project", "projects", "stage", "stages"]
    names = [f"tier_{n}{plural}" for n in (1, 2, 3) for plural in ("", "_plural")]

    send(**dict(zip(names, words, strict=True)), return_tier="2", workstreams="Finance\n- ERP\n-- Design")

    scheme = Programme.objects.get().periods.get().scheme
    assert [(tier.word, tier.plural) for tier in scheme.tiers[1:]] == [
        ("area", "areas"),
        ("project", "projects"),
        ("stage", "stages"),
    ]
    assert scheme.return_tier == 2


def test_fields_that_no_form_has_change_nothing(send, officer):
    send(provenance="x", by="1", state="closed", started_from="x", document="{}", edition="9", return_tier="")

    programme = Programme.objects.get()
    assert (programme.provenance, programme.periods.get().edition, programme.periods.get().is_open) == ("", 1, True)


def test_it_is_checked_first_without_anything_being_made(signed_in):
    before = everything()

    answer = signed_in.post(ADDRESS, FILLED | {"check": "1"})

    assert (answer.status_code, everything()) == (200, before)
    assert "Nothing is wrong, and nothing is made yet" in text(answer)
    assert "FIN-01 ERP FIN-02 Budget PEO People" in text(answer)
    assert "FIN Finance, Director of finance" in text(answer)


# --- Sent again ---------------------------------------------------------------------------------------------


def test_sent_again_it_leads_to_the_programme_that_is_there(send):
    first, before = send(), everything()

    again = send(workstreams="Something else")

    assert again["Location"] == first["Location"]
    assert everything() == before
    assert [str(message) for message in get_messages(again.wsgi_request)] == [
        "Kent reorganisation is set up.",
        "Kent reorganisation was set up already: what you sent again has changed nothing.",
    ]


def test_another_programme_under_the_same_short_name_is_not_what_was_sent_before(send, errors):
    send()

    assert errors(name="Another", slug="kent-reorganisation") == {
        "slug": ["The short name “kent-reorganisation” is taken. “kent-reorganisation-2” is free."]
    }


# --- What it refuses ----------------------------------------------------------------------------------------


def test_everything_missing_is_said_at_once(signed_in):
    answer = signed_in.post(ADDRESS, {})

    assert answer.status_code == 422
    assert {field: list(said) for field, said in answer.context["form"].errors.items()} == {
        "name": ["Write the programme’s name."],
        "council": ["Write the name of the council whose programme it is."],
        "starts_on": ["Write the day the programme starts on."],
        "vesting_day": ["Write the day the programme works towards."],
        "scheme": ["Choose a scheme to start from."],
        "label": ["Write the first month to report on, such as June 2022."],
    }
    assert "There is a problem" in text(answer)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"starts_on": "Autumn 2027"}, "starts_on", "Name one day: “Autumn 2027” can mean several. For example, 1 July 2022 or 1/7/2022."),
        ({"starts_on": "31/2/2027"}, "starts_on", "“31/2/2027” is not a date. There is no such day."),
        ({"vesting_day": "2028"}, "vesting_day", "Name one day: “2028” can mean several. For example, 1 July 2022 or 1/7/2022."),
        ({"vesting_day": "1 January 2027"}, "vesting_day", "This must be after the day the programme starts on."),
        ({"starts_on": "1" * 101}, "starts_on", "This is too long for a date, or holds a character that no date has."),
        ({"label": "Summer 2027"}, "label", f"“Summer 2027” is not a month. {HOW_TO_MONTH}"),
        ({"label": "2027-13"}, "label", f"“2027-13” is not a month. {HOW_TO_MONTH}"),
        ({"slug": "lgr 2028"}, "slug", "Use letters from a to z, figures and single dashes, as in lgr-2028."),
        ({"slug": "new"}, "slug", "The short name “new” is taken. “new-2” is free."),
        ({"name": "New"}, "slug", "The short name “new” is taken. “new-2” is free."),
        ({"slug": "taken"}, "slug", "The short name “taken” is taken. “taken-2” is free."),
        ({"slug": "k" * 41}, "slug", "This is 41 characters long. At most 40 fit."),
        ({"name": "教育"}, "slug", "The name has no letter from a to z to make one of. Write one, such as lgr-2028."),
        ({"name": "k" * 201}, "name", "This is 201 characters long. At most 200 fit."),
        ({"council": "Ke\x07nt"}, "council", "This holds a character that cannot be kept. Take out what was pasted last."),
        ({"tier_1": "area"}, "tier_1_plural", "Write the word, or leave this tier and those below it empty."),
        ({"tier_2": "project", "tier_2_plural": "projects", "tier_1_plural": "areas"}, "tier_1", "Write the word, or leave this tier and those below it empty."),
        ({"tier_1": "a" * 41, "tier_1_plural": "as"}, "tier_1", "This is 41 characters long. At most 40 fit."),
        ({"return_tier": "3"}, "return_tier", "The lowest tier is the sub-workstream. Choose it or one above it."),
        ({"workstreams": "Finance\n-- ERP"}, "workstreams", "Line 2: “ERP” stands too deep: the lowest tier is the sub-workstream."),
        ({"workstreams": "Finance\n- ERP\n-- A"}, "workstreams", "Line 3: “A” stands too deep: the lowest tier is the sub-workstream."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(errors, changes, field, said):
    Book("taken")

    assert errors(**changes) == {field: [said]}


@pytest.mark.parametrize("typed", ["May 27", "5/2027", "5/27", "2027-05", "May-27"])
def test_first_month_is_read_as_people_write_it(send, typed):
    send(label=typed)

    assert Programme.objects.get().periods.get().label == "2027-05"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("starts_on", "1 January 1900", "1 January 1900 is more than 10 years before today."),
        ("vesting_day", "1 April 2099", "1 April 2099 is more than 10 years after today."),
        ("label", "May 2092", "May 2092 is more than a year after vesting day, 1 April 2028."),
        ("label", "May 1922", "May 1922 is more than a year before the programme starts, on 1 January 2027."),
        ("due_on", "1 June 2099", "1 June 2099 is more than a year after vesting day, 1 April 2028."),
    ],
)
def test_day_or_month_decades_away_is_asked_about(send, errors, field, typed, sentence):
    assert errors(**{field: typed}) == {field: [sentence]}
    page = send(**{field: typed}).content.decode()
    assert f'name="{field}_meant" value="{typed}"' in page
    assert "Keep it all the same" in page

    send(**{field: typed, f"{field}_meant": typed})

    assert Programme.objects.exists()


@pytest.mark.parametrize("field", ["scheme", "return_tier"])
@pytest.mark.parametrize("value", ["kent", "0", "5", "../somerset", "\0"])
def test_a_choice_that_is_not_offered_is_refused(errors, field, value):
    assert errors(**{field: value}).keys() == {field}


def test_every_wrong_line_is_said_and_of_many_the_first(errors):
    said = errors(workstreams="\n".join(["Finance"] * 31))["workstreams"]

    assert said[0] == "Line 2: “Finance” stands in line 1 already."
    assert (len(said), said[-1]) == (21, "There are 10 more like these.")


def test_nothing_typed_is_lost(send):
    typed = {
        "name": "Kent & <Medway>",
        "council": "  Kent  ",
        "slug": "UP_DOWN",
        "starts_on": "Autumn 2027",
        "vesting_day": "soon",
        "tier_1": "area",
        "return_tier": "3",
        "workstreams": "  Finance\r\n    -- x | y | z\r\n\r\n",
        "label": "June",
    }

    form = send(**typed).context["form"]

    assert {name: form[name].value() for name in typed} == typed
    assert html.unescape(str(form["workstreams"])).endswith(">\n" + typed["workstreams"] + "</textarea>")


def test_no_browser_cuts_what_is_pasted(signed_in):
    assert "maxlength" not in signed_in.get(ADDRESS).content.decode()


def test_the_tiers_are_open_where_something_was_said_of_them(signed_in, send):
    assert '<details class="filter" open>' not in signed_in.get(ADDRESS).content.decode()
    assert '<details class="filter" open>' in send(tier_1="area").content.decode()


TEXTS = [
    "name",
    "council",
    "slug",
    "starts_on",
    "vesting_day",
    "tier_1",
    "workstreams",
    "label",
    "scheme",
    "return_tier",
]


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize(
    "value",
    ["\0", "a\0b", "\x07", "a\x1b[0m"],
    ids=["NUL", "NUL inside", "bell", "escape"],
)
def test_characters_that_no_database_or_paper_takes_are_refused(errors, field, value):
    assert field in errors(**{field: value})


@pytest.mark.parametrize("field", TEXTS)
def test_bytes_that_are_no_text_break_nothing(signed_in, field):
    """Half a surrogate pair, in UTF-8 as no browser writes it: it is read as characters that stand for the unreadable."""
    body = urlencode(FILLED | {field: b"\xed\xa0\x80"})

    answer = signed_in.post(ADDRESS, body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == (302 if field in {"council", "workstreams"} else 422)


@pytest.mark.parametrize("word", ["😀 emoji", "a\u202eb", "é" + "\u0301" * 150, "Ünïted 教育", "{{ 7 }} {% now 'Y' %}"])
def test_odd_but_printable_text_is_kept_as_it_is(send, signed_in, word):
    answer = send(name=word, slug="odd", council=word, workstreams=f"{word} | {word}\n- {word}")

    assert answer.status_code == 302
    programme = Programme.objects.get()
    (tree,) = trees(programme.periods.get())
    assert {programme.name, programme.council, *(node.name for node in tree.by_pk.values())} == {word}
    assert word in html.unescape(signed_in.get(answer["Location"]).content.decode())
    assert signed_in.get("/programmes/odd/2027-01/").status_code == 200


# --- Who may ------------------------------------------------------------------------------------------------


def test_a_form_without_its_token_makes_nothing(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)

    for headers in ({}, {"HX-Request": "true"}, {"Origin": "https://elsewhere.example"}):
        assert client.post(ADDRESS, FILLED, headers=headers).status_code == 403
    assert not Programme.objects.exists()


def test_without_the_right_a_sentence_says_so(client):
    client.force_login(person("administrator", Book("book").root))

    answer = client.post(ADDRESS, FILLED)

    assert answer.status_code == 403
    assert "Setting up programmes is a right of its own, which you have not been given." in text(answer)
    assert Programme.objects.count() == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_there_is_nothing_else_to_do_with_the_page(signed_in, method):
    assert getattr(signed_in, method)(ADDRESS).status_code == 405


def test_the_page_costs_no_query_of_its_own(signed_in, django_assert_num_queries):
    for n in range(3):
        Book(f"book-{n}")

    with django_assert_num_queries(2):  # the session and the person
        signed_in.get(ADDRESS)


@pytest.mark.parametrize("n", [1, 30])
def test_a_programme_costs_the_same_whatever_its_workstreams(send, django_assert_max_num_queries, n):
    with django_assert_max_num_queries(44):
        send(workstreams="\n".join(f"Workstream {x}\n- Below" for x in range(n)))
