"""What the log has of a request that was not answered as asked."""

import copy
import logging

FAULT = 500


class Refusals(logging.Filter):
    """Writes what we refuse (no right to it, a host we are not, too much at once) in a line.

    A traceback says where a fault of ours is; there is none, and a stranger could fill the log with them.
    """

    def filter(self, record: logging.LogRecord) -> bool | logging.LogRecord:
        if record.exc_info is None or getattr(record, "status_code", FAULT) >= FAULT:
            return True
        line = copy.copy(record)  # others may want the whole of it
        line.exc_info = line.exc_text = None
        return line
