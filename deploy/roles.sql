-- The two roles of Plumbline and its database, for psql as a superuser. It may be run again.
--
-- plumbline_owner owns the tables and runs the migrations. plumbline is what the web and the worker sign in as: it reads
-- and writes rows and can do nothing else, so it can neither take away nor switch off what keeps a closed month closed.
--
-- The passwords are the contents of the files that PG_OWNER_PASSWORD_FILE and PG_PASSWORD_FILE name.

\set ON_ERROR_STOP on
\set owner_password `cat "$PG_OWNER_PASSWORD_FILE"`
\set app_password `cat "$PG_PASSWORD_FILE"`
SELECT :'owner_password' = '' OR :'app_password' = '' AS unset \gset
\if :unset
DO $$ BEGIN RAISE EXCEPTION 'PG_OWNER_PASSWORD_FILE and PG_PASSWORD_FILE have to name files that hold a password'; END $$;
\endif

SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY['plumbline_owner', 'plumbline']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE plumbline_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE plumbline LOGIN PASSWORD :'app_password';

-- In the locale C text sorts by code point, and A to Z alone are folded, as on SQLite, whatever the server's own is.
SELECT 'CREATE DATABASE plumbline OWNER plumbline_owner
TEMPLATE template0 ENCODING ''UTF8'' LOCALE_PROVIDER libc LOCALE ''C'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'plumbline') \gexec
\connect plumbline

-- From BEGIN to COMMIT the tests run this for a database and a role of their own (tests/roles.py).
BEGIN;
-- TEMPORARY too: a temporary table of the same name would stand in front of the one that a trigger asks.
REVOKE ALL ON DATABASE plumbline FROM PUBLIC, plumbline;
GRANT CONNECT ON DATABASE plumbline TO plumbline;
REVOKE ALL ON SCHEMA public FROM PUBLIC, plumbline;
GRANT USAGE, CREATE ON SCHEMA public TO plumbline_owner;
GRANT USAGE ON SCHEMA public TO plumbline;

-- What is there, and what migrations will make. Not TRUNCATE, REFERENCES or TRIGGER, and no sequence: Django's keys are
-- identity columns, which ask for no right of their own.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM plumbline;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO plumbline;
ALTER DEFAULT PRIVILEGES FOR ROLE plumbline_owner IN SCHEMA public
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO plumbline;
COMMIT;
