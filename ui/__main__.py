"""The entry point: hands the command line what needs Qt, each imported on first use so that the rest starts fast."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from workstation.app import Workstation
from workstation.base.errors import DiptychError
from workstation.base.jobs import Job
from workstation.cli.main import main as run_command_line
from workstation.cli.ports import Ports
from workstation.model.protocol import FinalProtocol
from workstation.reading.context import ReadingContext


def _write_pdf(final: FinalProtocol, path: Path) -> None:
    from ui.documents import write_pdf
    from ui.offscreen import gui_application

    gui_application()
    write_pdf(final, path)


def _render_step(workstation: Workstation, study: ReadingContext, step: str, *, size: tuple[int, int], out: Path,
                 overlays: bool) -> None:  # fmt: skip
    from ui.offscreen import gui_application
    from ui.render import render

    gui_application()
    render(study, step, size=size, out=out, overlays=overlays, loader=workstation.frame)


def _open_window(workstation: Workstation, prepare: Callable[[Job], None] | None = None) -> int:
    from ui.application import run_window

    return run_window(workstation, prepare)


def _show_failure(error: DiptychError, language: str) -> None:
    from ui.has_display import has_display

    if os.environ.get("QT_QPA_PLATFORM") == "offscreen" or not has_display():
        return
    from ui.application import show_failure

    show_failure(error, language)


def _tour(workstation: Workstation, out: Path) -> tuple[Path, ...]:
    from ui.tour import tour

    return tour(workstation, out)


PORTS = Ports(write_pdf=_write_pdf, render_step=_render_step, open_window=_open_window, tour=_tour,
              show_failure=_show_failure)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run `diptych`; returns the exit status."""
    return run_command_line(argv, PORTS)


if __name__ == "__main__":
    sys.exit(main())
