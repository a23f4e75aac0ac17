from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"

    def ready(self) -> None:
        from programmes.editing import guards
        from programmes.founding import actions as founding
        from programmes.months import closing
        from returns import deadline, gate, months, rights  # noqa: F401 -- a kind of row registers itself

        guards.guards.append(rights.guard)
        guards.hindrances.append(rights.hindered)
        guards.handed_in.append(rights.handed_in)
        closing.gates.append(gate.gate)
        closing.remarks.append(gate.remarks)
        founding.beginnings.append(months.set_deadline)
