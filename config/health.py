"""Whether Plumbline works, for machines that watch it. Open to everyone: no figure, name or path is in it.

`live` is for whatever restarts or balances a web process: it says only that the process answers. `ready` is for whoever
is on call: it says that the whole of Plumbline can do its work, and else which part cannot.
"""

import shutil
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import triggers
from jobs.models import Job, is_worker_there, last_heartbeat

type Found = tuple[bool, dict[str, Any]]

LONGEST_WAIT = 600  # seconds a job may wait for a worker
MEGABYTE = 1_000_000


@login_not_required
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    checks = {"database": _asked(database)}
    is_there = checks["database"]["ok"]
    # Each of these would wait again for a database that does not answer.
    checks |= {name: _asked(check) if is_there else {"ok": False} for name, check in IN_DATABASE.items()}
    checks["disk"] = _asked(disk)
    ok = all(found["ok"] for found in checks.values())
    return JsonResponse({"ready": ok, "checks": checks}, status=200 if ok else 503)


def _asked(check: Callable[[], Found]) -> dict[str, Any]:
    try:
        ok, more = check()
    except (DatabaseError, OSError):  # what the error says is for the log, not for a stranger
        return {"ok": False}
    return {"ok": ok} | more


def database() -> Found:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,), {}


def migrations() -> Found:
    waiting = shipped() - set(MigrationRecorder(connection).applied_migrations())
    return not waiting, {"waiting": len(waiting)}


@cache
def shipped() -> frozenset[tuple[str, str]]:
    """Every migration of this version. The files do not change while it runs."""
    return frozenset(MigrationLoader(None).disk_migrations)


def closed_months() -> Found:
    missing = triggers.missing(connection)
    return not missing, {"missing": len(missing)}


def queue() -> Found:
    now = timezone.now()
    waiting = Job.objects.filter(state=Job.State.QUEUED, due_at__lte=now).order_by("due_at")
    oldest = waiting.values_list("due_at", flat=True).first()
    seconds = round((now - oldest).total_seconds()) if oldest else 0
    return seconds <= LONGEST_WAIT, {"oldest_seconds": seconds}


def worker() -> Found:
    seen = last_heartbeat()
    return is_worker_there(), {"seconds_ago": round((timezone.now() - seen).total_seconds()) if seen else None}


def disk() -> Found:
    free = shutil.disk_usage(settings.DATA_DIR).free // MEGABYTE
    return free >= settings.DISK_FREE_MB, {"free_mb": free}


IN_DATABASE: dict[str, Callable[[], Found]] = {
    "migrations": migrations,
    "triggers": closed_months,
    "queue": queue,
    "worker": worker,
}
