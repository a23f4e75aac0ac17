"""The kinds of rows that people edit: how each is found by its key, asked for in a form, shown and listed.

Each stands in a module of its own and registers itself when its app is ready.
"""

from programmes.rows.base import KINDS, Row, RowForm, RowKind, listed_kinds, register

__all__ = ["KINDS", "Row", "RowForm", "RowKind", "listed_kinds", "register"]
