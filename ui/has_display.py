"""Exit status 0 when a window can be opened here: asked in a process of its own, since Qt aborts where it can't."""

from __future__ import annotations

import os
import subprocess
import sys

_PROBE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


def has_display() -> bool:
    """Whether Qt can open a window with the present environment."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    probe = subprocess.run([sys.executable, "-c", _PROBE], env=environment, capture_output=True, check=False)
    return probe.returncode == 0


if __name__ == "__main__":
    sys.exit(0 if has_display() else 1)
