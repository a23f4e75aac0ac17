"""Risks, what is done about them, and issues: registers, report cards, movement, exceptions by rule."""
