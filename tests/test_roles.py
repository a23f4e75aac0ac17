"""On PostgreSQL the suite runs as a role that may read and write rows and nothing else, wherever it connects from."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import ProgrammingError, connection, transaction

from core import triggers
from programmes.models import Period
from tests.factories import Book
from tests.roles import ROLE, owner

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgresql("SQLite has no roles"),
]
OWNERS_ALONE = [
    "TRUNCATE programmes_rating",
    "ALTER TABLE programmes_rating DISABLE TRIGGER USER",
    "DROP TRIGGER plumbline_update_programmes_rating ON programmes_rating",
    "DROP TABLE programmes_rating",
    "CREATE OR REPLACE FUNCTION plumbline_freeze() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TEMPORARY TABLE programmes_period (id bigint, state text)",
    "CREATE TABLE programmes_other (id bigint)",
    "CREATE SCHEMA other",
    "SET LOCAL session_replication_role = replica",
]


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


def who():
    ((name,),) = ask("SELECT current_user")
    return name


def ask_from_a_thread():
    try:
        return who()
    finally:
        connection.close()


def test_a_test_is_that_role():
    assert who() == ROLE


@pytest.mark.django_db(transaction=True)
def test_so_is_a_thread_of_its_own_whatever_the_test_is_meanwhile():
    with owner(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask_from_a_thread).result() == ROLE


def test_it_has_the_four_rights_over_every_table_and_owns_none():
    rights = ask(f"""
        SELECT DISTINCT string_agg(privilege_type, ' ' ORDER BY privilege_type)
        FROM pg_tables LEFT JOIN information_schema.role_table_grants
        ON table_schema = schemaname AND table_name = tablename AND grantee = '{ROLE}'
        WHERE schemaname = 'public' GROUP BY tablename
    """)
    assert rights == [("DELETE INSERT SELECT UPDATE",)]
    assert ask(f"SELECT 1 FROM pg_tables WHERE tableowner = '{ROLE}'") == []


@pytest.mark.parametrize("statement", OWNERS_ALONE)
def test_what_keeps_a_month_closed_is_out_of_its_reach(statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        ask(statement)


@pytest.mark.parametrize("statement", OWNERS_ALONE)
def test_the_owner_may_all_of_it(statement):
    """The control: it is the role that stands in the way."""
    with owner():
        ask("ALTER TABLE programmes_rating DISABLE TRIGGER plumbline_truncate_programmes_rating")
        ask(statement)


class TestOwner:
    def test_gives_the_role_back(self):
        with owner():
            assert who() == connection.settings_dict["USER"]
        assert who() == ROLE

    def test_gives_it_back_after_an_error(self):
        with pytest.raises(ZeroDivisionError), owner():
            raise ZeroDivisionError
        assert who() == ROLE

    def test_gives_it_back_after_an_error_of_the_database(self):
        with pytest.raises(ProgrammingError), transaction.atomic(), owner():
            ask("SELECT nothing_of_the_kind")
        assert who() == ROLE

    def test_what_it_makes_is_the_roles_to_read_and_write(self):
        with owner():
            ask("CREATE TABLE programmes_other (id bigint)")
        ask("INSERT INTO programmes_other VALUES (1)")
        assert ask("SELECT id FROM programmes_other") == [(1,)]


@pytest.mark.django_db(transaction=True)
class TestBetweenTests:
    """The flush after a transactional test is the owner's; the next test is the role again, with the triggers there."""

    @pytest.mark.parametrize("time", [1, 2])
    def test_nothing_is_left_behind(self, time):
        assert (who(), Period.objects.count(), triggers.missing(connection)) == (ROLE, 0, [])
        Book("book", label="2022-05").close()
