from django.urls import path

from programmes.converters import MONTH
from returns.views import challenges, months, reminders, returns

RETURN = f"{MONTH}returns/<str:ref>/"

urlpatterns = [
    path("returns/", returns.my_returns, name="my_returns"),
    path("programmes/<slug:slug>/open/", months.month_open, name="month_open"),
    path(f"{MONTH}close/", months.month_close, name="month_close"),
    path(f"{MONTH}reopen/", months.month_reopen, name="month_reopen"),
    path(f"{MONTH}returns/", returns.returns, name="returns"),
    path(f"{MONTH}reminders/", reminders.remind, name="remind"),
    path(RETURN, returns.my_return, name="my_return"),
    path(f"{RETURN}tasks/<slug:code>/", returns.task, name="task"),
    path(f"{RETURN}challenges/", challenges.ask, name="ask"),
    path(f"{RETURN}challenges/<int:number>/<slug:act>/", challenges.challenge, name="challenge"),
    path(f"{RETURN}<slug:act>/", returns.act, name="act"),
]
