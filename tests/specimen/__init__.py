"""A whole small app: hazards and what was seen of them. It shows what a kind of row is made of (see CONTRIBUTING.md).

The settings of the tests install it and nothing else does. Every generic test tries it beside the real apps.
"""
