from importlib import import_module

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    name = "finance"

    def ready(self) -> None:
        """Each of these registers what it holds; nothing below knows of it."""
        for module in ("rows", "control_totals", "checks", "sections", "example"):
            import_module(f"finance.{module}")
