"""Changing what is reported: lists, lines, drafts, many rows at once, and what holds a change back."""
