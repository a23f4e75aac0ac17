import pytest

from tests.returns.cast import Month


@pytest.fixture
def month(db):
    return Month()
