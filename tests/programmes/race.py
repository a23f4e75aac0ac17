"""A save and a closing at the same moment, for the suite and for `make soak`."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import IntegrityError, connection, transaction

from programmes.actions import close_period
from programmes.models import Period, ProductPosition
from programmes.months import verification

SAVERS = 3


def race(book, close=close_period):
    """Save a product again and again from several threads while the month closes.

    Return how often it was saved, and what of the month then differs.
    A save is wholly in the month or refused. The proof: what the month holds afterwards is what it was closed with.
    """
    product = book.product(book.root)
    start, is_closed = threading.Barrier(SAVERS + 1), threading.Event()

    def save(saver):
        saved = 0
        start.wait()
        try:
            while not is_closed.is_set():
                with transaction.atomic():
                    rows = ProductPosition.objects.filter(period=book.period, product=product)
                    rows.update(title=f"Saver {saver}, save {saved}")
                    time.sleep(random.uniform(0, 0.002))
                saved += 1
                time.sleep(random.uniform(0, 0.004))
        except IntegrityError:  # refused: the month has closed
            pass
        finally:
            connection.close()
        return saved

    def closing():
        start.wait()
        time.sleep(random.uniform(0, 0.01))
        try:
            close(book.period)
        finally:
            is_closed.set()
            connection.close()

    with ThreadPoolExecutor(SAVERS + 1) as pool:
        savers = [pool.submit(save, n) for n in range(SAVERS)]
        pool.submit(closing).result(timeout=60)
        saves = sum(saver.result(timeout=60) for saver in savers)
    return saves, [each.sentence for each in verification.of(Period.objects.get(pk=book.period.pk))]
