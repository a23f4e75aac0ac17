"""A real Chromium against the live server. A page that logs an error, breaks the CSP or misses a file fails its test.

`page` takes any option of a browser context: `parametrize("page", [{"java_script_enabled": False}], indirect=True)`.
A problem provoked on purpose is marked: `@pytest.mark.expects("404")`.
"""

from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests import needs

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000  # milliseconds: the machine may be busy with the other database's tests
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="package")
def chromium():
    """A browser for the tests of this folder alone: while Playwright is up, Django takes every test for an async one."""
    executable = needs.chromium()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, live_server, request):
    """An empty page whose relative addresses are the live server's; `page.problems` is what went wrong on it."""
    options = {"viewport": {"width": 1280, "height": 900}} | getattr(request, "param", {})
    context = chromium.new_context(base_url=live_server.url, **options)
    page = context.new_page()
    page.problems = problems = []
    page.set_default_timeout(PATIENCE)
    # A broken CSP and a request without an answer are errors in the console too.
    page.on("console", lambda said: problems.append(f"console: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on(
        "response",
        lambda it: problems.append(f"{it.status}: {it.url}") if it.status == 404 or it.status >= 500 else None,
    )
    yield page
    context.close()
    expected = [text for mark in request.node.iter_markers("expects") for text in mark.args]
    unexpected = [problem for problem in problems if not any(text in problem for text in expected)]
    if unexpected:
        pytest.fail("The page had problems:\n" + "\n".join(unexpected))


@pytest.fixture
def axe():
    """Return a function that asserts that a page breaks no rule of WCAG 2.2 AA that a machine can test."""
    source = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

    def check(page):
        page.evaluate(source)  # not a script element, which the CSP would refuse
        options = {"runOnly": {"type": "tag", "values": AXE_RULES}, "resultTypes": ["violations"]}
        violations = page.evaluate("options => axe.run(document, options)", options)["violations"]
        if violations:
            pytest.fail(f"{page.url} is not accessible:\n" + "\n".join(map(described, violations)))

    return check


def described(violation):
    places = "".join(f"\n    {' '.join(node['target'])}: {node['html']}" for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}{places}"
