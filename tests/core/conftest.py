"""Made-up examples are judged by what they show, not by how busy the machine is."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")
