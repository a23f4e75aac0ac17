"""Months: how they are copied, closed, frozen, digested, verified and compared."""
