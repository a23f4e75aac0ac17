"""Two who do something at the same moment."""

from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError

from django.db.models.signals import pre_save


@contextmanager
def meeting_at(model, signal=pre_save):
    """Hold whoever is about to write such a row until the other is there too, or cannot come because it must wait."""
    barrier = Barrier(2)

    def meet(**_):
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=1)

    signal.connect(meet, sender=model)
    try:
        yield
    finally:
        signal.disconnect(meet, sender=model)
