"""What every test may use. Browser tests have more in `tests/browser/conftest.py`."""

import os
from pathlib import Path

os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).parent.parent / ".cache" / "hypothesis"))
