"""What the tests cost in seconds of CPU, those of processes that a test starts and waits for too.

A suite ends with its dearest files. Not by the clock: two suites and a browser share the machine.
"""

import os
from collections import Counter

import pytest

MOST = 10  # files
spent = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    before = seconds()
    done = yield
    spent[item.location[0]] += seconds() - before
    return done


def pytest_terminal_summary(terminalreporter):
    if len(spent) > MOST:
        terminalreporter.section("slowest files, in seconds of CPU")
        for file, cost in spent.most_common(MOST):
            terminalreporter.write_line(f"{cost:7.1f} {file}")


def seconds():
    return sum(os.times()[:4])
