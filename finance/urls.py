from django.urls import path

from finance.views import grid
from programmes.converters import MONTH

urlpatterns = [
    path(f"{MONTH}money/edit/", grid.money_edit, name="money_edit"),
]
