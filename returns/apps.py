from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"

    def ready(self) -> None:
        from programmes import closing, guards
        from programmes.rows import register
        from returns import deadline, gate, rights

        guards.guards.append(rights.guard)
        guards.holds.append(rights.held)
        closing.gates.append(gate.gate)
        register(deadline.KIND)
