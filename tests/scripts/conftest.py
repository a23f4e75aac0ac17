import os

# The stack brings its own PostgreSQL, whatever the suite runs on: once is enough.
collect_ignore = ["test_stack.py"] if os.environ.get("PG_HOST") else []
