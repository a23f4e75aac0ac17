from django.urls import path

from finance.views import grid, money
from programmes.converters import MONTH

urlpatterns = [
    path(f"{MONTH}money/", money.money, name="money"),
    path(f"{MONTH}money/edit/", grid.money_edit, name="money_edit"),
    path(f"{MONTH}money/<slug:table>.<slug:code>", money.money_file, name="money_file"),
]
