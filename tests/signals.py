"""What the processes that tests start do about signals."""

import signal
from contextlib import contextmanager


@contextmanager
def heard():
    """Let what is started meanwhile hear SIGHUP and SIGINT: `nohup` ignores the one, a shell's `&` the other.

    What is ignored is inherited; the handlers of our own are not.
    """
    ignored = [each for each in (signal.SIGHUP, signal.SIGINT) if signal.getsignal(each) == signal.SIG_IGN]
    for each in ignored:
        signal.signal(each, signal.SIG_DFL)
    try:
        yield
    finally:
        for each in ignored:
            signal.signal(each, signal.SIG_IGN)
