"""How a form is drawn, ours and other packages' alike: one field group, one error summary (`templates/forms/`)."""

from functools import cached_property
from pathlib import Path

import django.forms
from django.conf import settings
from django.forms import RadioSelect, boundfield, renderers
from django.template.backends.django import DjangoTemplates


class BoundField(boundfield.BoundField):
    @property
    def focus_id(self) -> str:
        """The id of the element to put right: the input, or the first where there are several."""
        if isinstance(self.field.widget, RadioSelect):  # check boxes too
            return next((choice.id_for_label or "" for choice in self), "")
        return self.id_for_label or (f"{self.auto_id}_0" if self.auto_id else "")


class Renderer(renderers.DjangoTemplates):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = BoundField

    @cached_property
    def engine(self) -> DjangoTemplates:
        """Look in our folders before Django's.

        A file `templates/forms/django/forms/…` stands in for Django's of that name whoever asks for it. Giving widgets
        other template names would not: Django's radio.html includes multiple_input.html by its full name.
        """
        ours = settings.BASE_DIR / "templates"
        djangos = Path(django.forms.__file__).parent / "templates"
        folders = [ours, ours / "forms", djangos]
        return self.backend({"NAME": "forms", "DIRS": folders, "APP_DIRS": True, "OPTIONS": {}})
