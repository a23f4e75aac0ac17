"""The kinds of rows that people edit: how each is found by its key, asked for in a form, and shown in a line."""

from programmes.rows import narrative as words
from programmes.rows import plan, ratings
from programmes.rows import workstreams as tree
from programmes.rows.base import KINDS, Row, RowForm, RowKind, register

for kind in (ratings.KIND, plan.PRODUCT, plan.MILESTONE, words.NARRATIVE, words.NOTE, tree.KIND):
    register(kind)

__all__ = ["KINDS", "Row", "RowForm", "RowKind", "register"]
