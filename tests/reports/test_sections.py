"""What each section makes of the rows, on programmes small enough to count by hand."""

import datetime as dt

import pytest

from core.blocks import RowRole
from tests.reports.conftest import figures

pytestmark = pytest.mark.django_db


def only(section):
    (table,) = section.tables()
    return table


class TestRatings:
    def test_stand_beside_last_months(self, book, read):
        book.rating(book.root, "overall", "G")
        book.rating(book.finance, "schedule", "G")
        book.next_month("2022-06")
        book.rating(book.root, "overall", "A")
        book.rating(book.finance, "schedule", "G")

        table = only(read("ratings"))

        blank = dict.fromkeys(f"{d}_{w}" for d in ("overall", "resources", "schedule") for w in ("last", "this"))
        assert figures(table) == {
            "ROOT": blank | {"overall_last": "G", "overall_this": "A", "movement": "▼ Worse: overall"},
            "FIN": blank | {"schedule_last": "G", "schedule_this": "G", "movement": "Same"},
            "PEO": blank | {"movement": ""},
        }
        assert [column.label for column in table.columns][1:3] == ["May", "June"]

    def test_of_a_first_month_stand_alone(self, book, read):
        book.rating(book.root, "overall", "A")

        assert figures(only(read("ratings")))["ROOT"] == {
            "overall_this": "A",
            "resources_this": None,
            "schedule_this": None,
        }

    def test_of_a_workstream_are_its_own_and_those_right_below(self, book, read):
        book.rating(book.erp, "resources", "I")

        table = only(read("ratings", "FIN"))

        assert [row.key for _, row in table.lines()] == ["FIN", "FIN-1"]
        assert figures(table)["FIN-1"]["resources_this"] == "I"

    @pytest.mark.parametrize(
        ("was", "now", "said"),
        [("A", "G", "▲ Better: overall"), ("G", "R", "▼ Worse: overall"), ("A", "A", "Same"), ("A", "", "")],
    )
    def test_say_how_they_moved(self, book, read, was, now, said):
        book.rating(book.root, "overall", was)
        book.next_month("2022-06")
        if now:
            book.rating(book.root, "overall", now)

        assert figures(only(read("ratings")))["ROOT"]["movement"] == said

    def test_link_this_months_to_their_evidence_and_last_months_nowhere(self, book, read):
        book.rating(book.root, "overall", "G")
        book.next_month("2022-06")
        book.rating(book.root, "overall", "G")

        cells = next(row for _, row in only(read("ratings")).lines()).cells

        assert cells["overall_this"].href == "/programmes/book/2022-06/ratings/ROOT/overall/"
        assert cells["overall_last"].href == ""


class TestDelivery:
    def test_counts_by_status_and_tranche_and_adds_up(self, book, read):
        for tranche, status in [("1", "on_track"), ("1", "on_track"), ("1", ""), ("2", "delivered"), ("3", "on_hold")]:
            book.product(book.erp, tranche=tranche, status=status)

        table = only(read("products"))

        assert figures(table) == {
            "delivered": {"all": 1, "1": 0, "2": 1},
            "on_track": {"all": 2, "1": 2, "2": 0},
            "at_risk": {"all": 0, "1": 0, "2": 0},
            "off_track": {"all": 0, "1": 0, "2": 0},
            "on_hold": {"all": 0, "1": 0, "2": 0},
            "none": {"all": 1, "1": 1, "2": 0},
            "total": {"all": 4, "1": 3, "2": 1},
        }
        assert {row.key: row.role for row in table.foot} == {"none": RowRole.UNACCOUNTED, "total": RowRole.TOTAL}

    def test_has_no_line_for_missing_statuses_when_none_is_missing(self, book, read):
        book.product(book.erp)

        assert [row.key for row in only(read("products")).foot] == ["total"]

    def test_says_what_stands_outside_the_counted_tranches(self, book, read):
        for tranche in ("3", "3", ""):
            book.product(book.erp, tranche=tranche)

        assert only(read("products")).notes == ("Not counted here: 3 products (2 in tranche 3 and 1 in no tranche).",)

    def test_takes_a_milestones_tranche_from_its_product(self, book, read):
        book.milestone(book.product(book.erp, tranche="2"), status="at_risk")
        book.milestone(book.product(book.erp, tranche="3"), status="at_risk")
        book.milestone(book.finance, status="at_risk")

        table = only(read("milestones"))

        assert figures(table)["at_risk"] == {"all": 1, "1": 0, "2": 1}
        assert table.notes == ("Not counted here: 2 milestones (1 in tranche 3 and 1 in no tranche).",)

    def test_leaves_out_what_is_withdrawn(self, book, read):
        book.product(book.erp, withdrawn=True)
        book.milestone(book.product(book.erp), withdrawn=True)

        assert figures(only(read("products")))["total"] == {"all": 1, "1": 1, "2": 0}
        assert figures(only(read("milestones")))["total"] == {"all": 0, "1": 0, "2": 0}

    def test_of_a_workstream_counts_its_subtree_alone(self, book, read):
        book.product(book.erp)
        book.product(book.finance)
        book.product(book.payroll)

        assert figures(only(read("products", "FIN")))["total"]["all"] == 2
        assert figures(only(read("products", "PEO-1")))["total"]["all"] == 1

    def test_links_each_count_to_the_rows_it_counts(self, book, read):
        book.product(book.erp, status="off_track")

        off_track = only(read("products", "FIN")).groups[0].rows[3]

        address = "/programmes/book/2022-05/products/?tranche=1&tranche=2&status=off_track&workstream=FIN"
        assert off_track.cells["all"].href == address
        assert off_track.cells["2"].href == ""  # a nought opens nothing


class TestPlan:
    def test_counts_every_tranche_by_workstream(self, book, read):
        book.milestone(book.product(book.erp, tranche="1"), status="")
        book.product(book.payroll, tranche="3")
        book.milestone(book.people)

        table = figures(only(read("plan")))

        assert {
            key: (row["products_all"], row["milestones_all"], row["milestones_none"]) for key, row in table.items()
        } == {
            "FIN": (1, 1, 1),
            "PEO": (1, 1, 0),
            "total": (2, 2, 1),
        }
        assert (table["PEO"]["products_other"], table["PEO"]["milestones_other"]) == (1, 1)

    def test_shows_what_the_scope_holds_itself(self, book, read):
        book.product(book.finance)

        assert figures(only(read("plan", "FIN")))["FIN"]["products_all"] == 1
        assert "ROOT" not in figures(only(read("plan")))


class TestResources:
    def test_counts_sub_workstreams_and_the_products_of_the_worst(self, book, read):
        book.rating(book.erp, "resources", "I")
        book.rating(book.payroll, "resources", "S")
        book.product(book.erp, tranche="1")
        book.product(book.payroll, tranche="1")
        book.next_month("2022-06")
        book.rating(book.erp, "resources", "I")
        book.product(book.erp, tranche="")

        assert figures(only(read("resources"))) == {
            "S": {"last": 1, "this": 0},
            "B": {"last": 0, "this": 0},
            "I": {"last": 1, "this": 1},
            "none": {"last": 0, "this": 1},
            "total": {"last": 2, "this": 2},
            "products": {"last": 1, "this": 2},
            "tranche_products": {"last": 1, "this": 1},
        }

    def test_has_no_line_for_missing_ratings_when_none_is_missing(self, book, read):
        book.rating(book.erp, "resources", "S")
        book.rating(book.payroll, "resources", "S")

        assert "none" not in figures(only(read("resources")))


class TestSpread:
    def test_counts_levels_by_the_workstream_above(self, book, read):
        book.rating(book.erp, "schedule", "A")
        book.rating(book.payroll, "schedule", "G")

        _, schedule = read("spread").tables()

        assert figures(schedule) == {
            "FIN": {"G": 0, "A": 1, "R": 0, "all": 1},
            "PEO": {"G": 1, "A": 0, "R": 0, "all": 1},
            "total": {"G": 1, "A": 1, "R": 0, "all": 2},
        }

    def test_has_a_column_for_missing_ratings_while_one_is_missing(self, book, read):
        resources, _ = read("spread").tables()

        assert figures(resources)["FIN"] == {"S": 0, "B": 0, "I": 0, "none": 1, "all": 1}

    def test_is_empty_where_the_ratings_are_a_table_already(self, book, read):
        assert read("spread", "FIN").blocks == ()


class TestTime:
    def test_counts_days_to_vesting_day(self, book, read):
        book.next_month("2022-06")

        assert figures(only(read("time"))) == {
            "used": {"last_days": 242, "last_percent": 44, "this_days": 272, "this_percent": 50},
            "remaining": {"last_days": 305, "last_percent": 56, "this_days": 275, "this_percent": 50},
        }

    def test_ends_at_vesting_day(self, book, read):
        book.period.as_at = dt.date(2023, 5, 31)
        book.period.save()

        assert figures(only(read("time")))["remaining"] == {"this_days": 0, "this_percent": 0}


class TestWords:
    def test_points_are_the_scopes_own_in_order(self, book, read):
        book.narrative(book.root, "key_point", "second", seq=2)
        book.narrative(book.root, "key_point", "first", seq=1)
        book.narrative(book.finance, "key_point", "not the programme's")

        points, ask = read("points").blocks

        assert [entry.text for entry in points.entries] == ["first", "second"]
        assert ask.entries == ()
        assert ask.empty == "Nothing is given for: ask of the committee."

    def test_narrative_goes_by_workstream_in_their_order(self, book, read):
        book.narrative(book.people, "awareness", "from people")
        book.narrative(book.erp, "awareness", "from ERP", heading="Go-live")
        book.narrative(book.root, "awareness", "from the programme")

        escalations, awareness = read("narrative").blocks

        assert escalations.entries == ()
        assert [(entry.about, entry.heading, entry.text) for entry in awareness.entries] == [
            ("Programme", "", "from the programme"),
            ("ERP system", "Go-live", "from ERP"),
            ("People", "", "from people"),
        ]


class TestNotes:
    def test_a_section_carries_its_own_date_and_caveat(self, book, read):
        book.note("products", "Using available data", dt.date(2022, 4, 30))

        section = read("products")

        assert (section.caveat, section.as_at) == ("Using available data", dt.date(2022, 4, 30))
        assert (read("time").caveat, read("time").as_at) == ("", None)


class TestHeadline:
    def test_says_the_rating_the_time_and_what_is_not_said(self, book, read):
        book.rating(book.root, "overall", "G")
        book.next_month("2022-06")
        book.rating(book.root, "overall", "A")
        book.product(book.erp, status="delivered")
        book.product(book.erp, status="off_track")
        book.milestone(book.product(book.erp, status=""), status="")

        facts = {fact.key: (fact.cell.value, fact.cell.text, fact.note) for fact in read("headline").blocks[0].facts}

        assert facts == {
            "rating": ("A", "Amber", "Green in May"),
            "days_remaining": (275, "", "50% of 547 days used; vesting day is 1 April 2023"),
            "delivered": (1, "1 of 3", "1 off track"),
            "no_status": (2, "", "1 product and 1 milestone"),
        }
