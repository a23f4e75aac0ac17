"""The examples whose money was published, each loaded once for the tests that ask for it."""

from pathlib import Path

from programmes.examples import loading
from tests.scenes import scene

ROOT = Path(__file__).parents[3]


@scene
def northants():
    return loading.load("northants")[0]


@scene
def nottinghamshire():
    return loading.load("nottinghamshire")[0]


@scene
def norfolk():
    return loading.load("norfolk")[0]
