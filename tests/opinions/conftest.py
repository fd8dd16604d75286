"""The sets to be judged are those of the engine's own tests, made without the gateway's code."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "x12"))
