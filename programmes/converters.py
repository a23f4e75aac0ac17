"""A month in an address."""

from django.urls import register_converter


class MonthConverter:
    regex = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MonthConverter, "month")

MONTH = "programmes/<slug:slug>/<month:label>/"
