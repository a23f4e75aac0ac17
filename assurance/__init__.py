"""Whether the reporting holds: the checks of every app, discovered, run and put in order."""
