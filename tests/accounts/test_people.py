import pytest
from django.db import IntegrityError, transaction

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_address_is_kept_in_lower_case_so_that_sign_in_finds_it():
    person = User.objects.create_user(" Ann.Lee@Council.Example ", name="Ann")
    assert person.email == "ann.lee@council.example"
    assert User.objects.get_by_natural_key("ANN.LEE@council.example") == person
    with pytest.raises(IntegrityError, match="user_email_in_lower_case"), transaction.atomic():
        User.objects.filter(pk=person.pk).update(email="Ann.Lee@council.example")


def test_address_belongs_to_one_person():
    User.objects.create_user("ann@council.example", name="Ann")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Ann@Council.example", name="Another Ann")


def test_person_is_shown_by_post():
    assert str(User(email="a@council.example", name="Head of revenues")) == "Head of revenues"


def test_person_without_a_password_has_none_that_works():
    person = User.objects.create_user("ann@council.example", name="Ann")
    assert not person.has_usable_password()
    assert not person.check_password("")


@pytest.mark.parametrize(
    ("email", "made_up"),
    [("a@example.org", True), ("a@example.org.uk", False), ("a@notexample.org", False), ("a@sub.example.org", False)],
)
def test_example_people_are_those_of_the_reserved_domain(email, made_up):
    assert User(email=email).is_example is made_up
