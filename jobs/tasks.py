"""What the queue carries: the number of a job."""

import logging
from typing import Any

from django.tasks import TaskContext, task

from jobs import actions
from jobs.kinds import Failed, kind_of
from jobs.models import Job
from jobs.work import Lost, Work

logger = logging.getLogger(__name__)


@task(takes_context=True)
def work(context: TaskContext[Any, Any], pk: int) -> None:
    """Work on a job. Whatever happens in it is the job's state in the end, never an error of the queue's."""
    ticket = str(context.task_result.id)
    job = actions.begin(pk=pk, ticket=ticket)
    if job is None:
        return
    try:
        kind = kind_of(job.kind)
        result = kind.work(Work(job))
    except Failed as refusal:
        actions.fail(ticket=ticket, reason=str(refusal))
    except Lost:
        logger.warning("Job %s was given to another worker meanwhile", pk)
    except Exception as error:
        logger.exception("Job %s failed", pk)
        reason = actions.BROKEN.format(type(error).__name__)
        actions.try_again(Job.objects.held(ticket), reason=reason, pause=kind.pause_after(job.attempts))
    else:
        actions.finish(ticket=ticket, result=result)
