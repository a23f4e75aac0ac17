"""Norfolk's finance monitoring of November 2017, figure by figure."""

from tests.finance.published.reading import MILLIONS, differing, published, stated, table


def read(norfolk, key):
    return table(norfolk, "2017-09", "norfolk-monitoring", key)


def in_millions(line, *keys, brackets=False):
    return {key: stated(line[key], MILLIONS, 3, brackets=brackets) for key in keys}


def placed(row, figures):
    return {(*row, key): figure for key, figure in figures.items()}


def test_revenue_but_for_the_last_digit_of_two_totals(norfolk):
    """Grants are income, and stand in brackets; so do variances that are favourable."""
    found = read(norfolk, "revenue")
    columns = ("budget", "outturn", "variance")
    expected = {}
    for line in published("norfolk", "revenue"):
        row = line["service"], "Total for committee" if line["line"] == "Total for Committee" else line["line"]
        expected |= placed(row, in_millions(line, *columns, brackets=True))

    theirs, ours = stated("15.982", MILLIONS, 3), stated("15.981", MILLIONS, 3)
    total = ("", "Total for committee")
    assert differing(found.money(*columns), expected) == {
        (*total, "budget"): (ours, theirs),
        (*total, "outturn"): (ours, theirs),
    }
    assert found.notes.keys() == {(*total, "budget"), (*total, "outturn")}
    assert all("has £15.982m; the rows add up to £15.981m" in note for note in found.notes.values())


def test_revenue_says_which_underspend_has_no_row(norfolk):
    (note,) = (note for note in read(norfolk, "revenue").every_note if "0.076" in note)
    assert "No figure of these rows stands for that." in note


def test_capital_programme_of_the_year(norfolk):
    found = read(norfolk, "capital")
    expected = {}
    for line in published("norfolk", "capital"):
        is_total = line["service"] == "Total for Committee"
        row = ("", "Total for committee") if is_total else ("Profiled for 2017/18", line["service"])
        expected |= placed(row, in_millions(line, "programme"))

    assert found.money("programme") == expected
    assert not found.notes


def test_planned_capital_programme(norfolk):
    found = read(norfolk, "capital-planned")
    columns = ("y2018_19", "y2019_20", "y2020_21")
    expected = {}
    for line in published("norfolk", "capital_planned"):
        heading = "" if line["scheme"].startswith("Total") else "Information management and technology"
        expected |= placed((heading, line["scheme"]), in_millions(line, *columns))

    assert found.money(*columns) == expected
    assert not found.notes


def test_reserves_and_provisions(norfolk):
    found = read(norfolk, "reserves")
    columns = ("opening", "closing", "change")
    expected = {}
    for line in published("norfolk", "reserves"):
        label = "Committee total" if line["service"] == "Committee Total" else line["service"]
        expected |= placed(("", label), in_millions(line, *columns, brackets=True))

    assert found.money(*columns) == expected
    (place,) = found.notes
    assert place == ("", "Better Broadband for Norfolk", "change")
    assert "has -£0.424m; here stands -£0.423m, £0.001m more." in found.notes[place]
