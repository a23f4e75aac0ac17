"""The pages of a return, and of a month as its PMO runs it."""
