"""What every visit with a browser begins with, and what it does by keyboard."""

from playwright.sync_api import expect

PASSWORD = "correct horse battery"


def sign_in(page, user):
    page.goto("/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Portfolio")


def sign_out(page):
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def go(page, target, key="Enter"):
    """Reach something with the Tab key alone, and press a key on it."""
    expect(target).to_be_attached()
    page.wait_for_load_state()  # with its script
    for _ in range(120):
        page.keyboard.press("Tab")
        if target.count() and target.evaluate("it => it === document.activeElement"):
            break
    expect(target).to_be_focused()
    page.keyboard.press(key)
