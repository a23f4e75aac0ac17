from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from core import triggers
        from jobs import kinds
        from programmes import closing, verification
        from reports import keeping, printing

        kinds.register(printing.KIND)
        triggers.register(keeping.triggers)
        closing.after_closing.append(keeping.keep)
        verification.sources.append(keeping.verified)
