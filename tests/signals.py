"""What the processes that tests start do about signals."""

import signal


def usual():
    """Hear SIGHUP and SIGINT again, in a new process before its program: `Popen(…, preexec_fn=signals.usual)`.

    What is ignored is inherited, and `nohup` ignores the one, a shell's `&` the other.
    """
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
