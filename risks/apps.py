from importlib import import_module

from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "risks"

    def ready(self) -> None:
        """Each of these registers what it holds; nothing below knows of it."""
        for module in ("rows", "checks", "sections", "example"):
            import_module(f"risks.{module}")
