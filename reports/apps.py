from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from core import triggers
        from jobs import kinds
        from programmes.months import closing, verification, versions
        from reports import keeping, pdf_jobs
        from reports.sections import options

        kinds.register(pdf_jobs.KIND)
        kinds.register(keeping.KIND)
        triggers.register(keeping.triggers)
        closing.keepings.append(closing.Keeping(at_once=keeping.keep, by_worker=keeping.order))
        verification.sources.append(keeping.verified)
        versions.validators.append(options.faults)
