"""The monthly return: what is missing, submitted, challenged, passed on and accepted, before a month closes."""
