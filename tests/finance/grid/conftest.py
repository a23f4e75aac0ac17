import pytest
from django.urls import reverse

from tests.factories import person, somerset_scheme
from tests.finance.trials import SCHEME, line
from tests.programmes.rows.forms import form_of
from tests.returns.cast import Month
from tests.scenes import scene


def table(**changed):
    """The scheme's one table with something else in it."""
    (made,) = SCHEME["money"]["tables"]
    return made | changed


def document(*tables):
    return somerset_scheme() | {"money": {"tables": list(tables) or [table()]}}


def money_month(*tables):
    """June after May: two lines of ERP and one of Payroll, and who answers for the money of all of it."""
    month = Month(document=document(*tables))
    amounts = {("2022/23", "budget"): 4_948_000, ("2022/23", "forecast"): 4_758_000}
    month.staff = line(month, month.erp, "F-0001", title="Staff", amounts=amounts)
    month.other = line(month, month.erp, "F-0002", title="Other costs", amounts={("2022/23", "budget"): 1_280_000})
    month.pay = line(month, month.payroll, "F-0003", title="Payroll licences")
    month.partner = person("finance", month.root, name="Finance partner")
    return month


@scene
def month():
    return money_month()


class Editor:
    """Somebody at the grid: types into it as it stood when they opened it, and sends it."""

    def __init__(self, client, month, user, query=""):
        self.client, self.month = client, month
        self.place = reverse("money_edit", args=[month.programme.slug, month.period.label]) + query
        client.force_login(user)
        self.page = client.get(self.place)

    def type(self, cells=None, **more):
        """Send what stands in the form, with these cells typed; the answer's form is the next that is typed into."""
        sent = form_of(self.page)
        for name, text in (cells or {}).items():
            assert f"cell {name}" in sent, name
            sent[f"cell {name}"] = text
        answer = self.client.post(self.place, sent | more)
        self.page = self.client.get(answer["Location"]) if answer.status_code == 302 else answer
        return answer

    def paste(self, *rows, **more):
        return self.type(paste="\r\n".join(rows), preview="1", **more)

    @property
    def text(self):
        return " ".join(self.page.content.decode().split())


@pytest.fixture
def sit(client, month):
    return lambda user, query="": Editor(client, month, user, query)
