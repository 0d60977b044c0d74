"""Independent judges of DICOM output; tests fail where they are not installed."""

from __future__ import annotations

import subprocess
from pathlib import Path


def dciodvfy_errors(path: Path) -> list[str]:
    """Lines that dciodvfy calls an error."""
    judged = subprocess.run(["/usr/bin/dciodvfy", str(path)], capture_output=True, text=True, check=False)
    return [line for line in judged.stderr.splitlines() if line.startswith("Error")]


def dsrdump(path: Path) -> str:
    """The tree as DCMTK prints it; an error or a wrong relationship raises."""
    judged = subprocess.run(["/usr/bin/dsrdump", str(path)], capture_output=True, text=True, check=True)
    assert "E:" not in judged.stderr, judged.stderr
    assert "F:" not in judged.stderr, judged.stderr
    return judged.stdout
