from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    name = "assurance"

    def ready(self) -> None:
        from assurance.gate import gate, notice
        from programmes.months import closing

        closing.gates.append(gate)
        closing.notices.append(notice)
