"""Makes the README's pictures from the running program: `make screenshots`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from ui.__main__ import PORTS
from ui.tour import tour
from workstation.app import Workstation
from workstation.base.jobs import Job
from workstation.cli.demo import prepare

DOCS = Path(__file__).resolve().parents[1] / "docs"
WANTED = {"1-worklist.png": "worklist.png", "2-four-views.png": "four-views.png", "4-assessed.png": "reading-room.png"}


def main() -> None:
    """Read the demo through the window and keep three of its pictures."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with Workstation.open(home, reader="Dr Demo", language="en", write_pdf=PORTS.write_pdf) as workstation:
            prepare(workstation, Path(folder) / "phantoms", Job(), 1.0)
            tour(workstation, Path(folder) / "out")
        for made, kept in WANTED.items():
            shutil.copyfile(Path(folder) / "out" / made, DOCS / kept)


if __name__ == "__main__":
    main()
