"""The kinds of rows of this app: their forms, lists, acts and the part of a return that asks for them."""

from risks.rows import acts, kinds

__all__ = ["acts", "kinds"]
