"""Signing in with a real browser, and proof that a browser test notices what goes wrong on a page."""

import pytest
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def somebody():
    return User.objects.create_user("officer@example.org", name="PMO officer", password="a plumb line hangs straight")


@pytest.mark.parametrize("page", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no script"])
def test_a_person_signs_in(page, somebody):
    page.goto(reverse("account_login"))
    page.get_by_label("E-mail").fill(somebody.email)
    page.get_by_label("Password").fill("a plumb line hangs straight")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{reverse('portfolio')}")


def test_the_sign_in_page_is_accessible(page, axe):
    page.goto(reverse("account_login"))
    axe(page)


@pytest.mark.expects("404")
def test_a_missing_page_is_noticed(page):
    page.goto("/nowhere/")
    assert [problem[:3] for problem in page.problems if problem[0] == "4"] == ["404"]


@pytest.mark.expects("Content Security Policy")
def test_a_style_that_the_csp_forbids_is_noticed(page):
    page.goto(reverse("account_login"))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">Red</p>')")
    assert len(page.problems) == 1


@pytest.mark.expects("a script that breaks")
def test_an_error_of_a_script_is_noticed(page):
    page.goto(reverse("account_login"))
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('a script that breaks') })")
    assert page.problems == ["script: a script that breaks"]


def test_a_page_that_is_not_accessible_is_noticed(page, axe):
    page.goto(reverse("account_login"))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    with pytest.raises(pytest.fail.Exception, match=r"is not accessible:\nimage-alt \(critical\): .*\n    img: <img"):
        axe(page)
