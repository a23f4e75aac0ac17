from django.urls import path

from programmes.converters import MONTH
from tests.specimen import views

urlpatterns = [path(f"{MONTH}hazards/matrix/", views.matrix, name="hazard_matrix")]
