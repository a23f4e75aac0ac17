"""The form of a page as a browser sends it, so that a test says only what somebody types."""

from html.parser import HTMLParser

from django.urls import reverse


class _Form(HTMLParser):
    """What the form of a row, or else the form in the page's content, would send if nobody touched it."""

    def __init__(self, html):
        super().__init__()
        self.sent, self.action = {}, None
        self.in_main = "<main" not in html
        self.inside, self.area, self.select, self.options = False, None, None, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.in_main = True
        elif tag == "form" and self.in_main:
            self.inside, self.action = True, attrs.get("action", "")
        elif not self.inside or "disabled" in attrs:
            return
        elif tag == "input" and attrs.get("name"):
            kind = attrs.get("type", "text")
            if kind not in {"radio", "checkbox"} or "checked" in attrs:
                self._add(attrs["name"], attrs.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "textarea":
            self.area, self.text = attrs["name"], ""
        elif tag == "select":
            self.select, self.options = attrs["name"], []
        elif tag == "option" and self.select:
            self.options.append((attrs["value"], "selected" in attrs))

    def handle_data(self, data):
        if self.area:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            text = self.text.removeprefix("\r").removeprefix("\n")  # which a browser does not take for the text's own
            self._add(self.area, text.replace("\r\n", "\n").replace("\n", "\r\n"))
            self.area = None
        elif tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected] or [self.options[0][0]]
            self._add(self.select, chosen[0])
            self.select = None
        elif tag == "form":
            self.inside = False

    def _add(self, name, value):
        """A name that comes again has several values."""
        had = self.sent.get(name)
        self.sent[name] = value if had is None else [*had, value] if isinstance(had, list) else [had, value]


def form_of(response):
    """What the form on this page would send if nobody touched it."""
    return _Form(response.content.decode()).sent


def action_of(response):
    return _Form(response.content.decode()).action


def place(book, kind, key, view="row"):
    return reverse(view, args=[book.programme.slug, book.period.label, kind, key])


class Clerk:
    """Somebody at their browser, who opens the form of a row, types, and saves."""

    def __init__(self, client, book, user):
        self.client, self.book, self.user = client, book, user
        client.force_login(user)

    def open(self, kind, key, **headers):
        return self.client.get(place(self.book, kind, key), headers=headers)

    def save(self, kind, key, /, view="row", **typed):
        """Open the form, type over what stands there, and save."""
        return self.send(self.open(kind, key), view=view, **typed)

    def send(self, page, /, view="row", headers=None, **typed):
        """Save a form opened before. Without a value (None) a field is left out, as an unticked box is."""
        assert page.status_code in {200, 409, 422}, page.status_code
        said = {name: value for name, value in (form_of(page) | typed).items() if value is not None}
        address = action_of(page)
        return self.client.post(address if view == "row" else f"{address}{view}/", said, headers=headers or {})


def problems(response):
    """The errors of the form on a page, by field."""
    assert response.status_code == 422, (response.status_code, response.headers.get("Location"))
    return response.context["form"].errors.get_json_data() and {
        name: [str(error) for error in errors] for name, errors in response.context["form"].errors.items()
    }
