"""The kinds of rows that people edit: how each is found by its key, asked for in a form, shown and listed.

Each stands in a module of its own and registers itself when its app is ready.
"""

from programmes.rows.base import KINDS, Held, Row, RowForm, RowKind, asked_for, listed_kinds, register

__all__ = ["KINDS", "Held", "Row", "RowForm", "RowKind", "asked_for", "listed_kinds", "register"]
