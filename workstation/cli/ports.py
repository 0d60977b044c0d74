"""What the command line needs of the window's half, handed in by the entry point: the core never imports `ui`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workstation.app import Workstation
from workstation.base.errors import DiptychError
from workstation.base.jobs import Job
from workstation.model.protocol import FinalProtocol
from workstation.reading.context import ReadingContext


class OpenWindow(Protocol):
    """Runs the window on a workstation until it is closed; the exit status."""

    def __call__(self, workstation: Workstation, prepare: Callable[[Job], None] | None = None) -> int:
        """`prepare` fills the worklist behind the open window."""


class RenderStep(Protocol):
    """Draws one hanging step of a study into a PNG, as the window shows it."""

    def __call__(self, workstation: Workstation, study: ReadingContext, step: str, *, size: tuple[int, int],
                 out: Path, overlays: bool) -> None:  # fmt: skip
        """Write the PNG; `size` is (width, height) in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What needs Qt.

    Attributes
    ----------
    show_failure : tells in the window's place, and in a language, why it could not be opened.
    tour : performs the demo reading through the real window, off screen, and leaves screenshots in a folder.
    """

    write_pdf: Callable[[FinalProtocol, Path], None]
    render_step: RenderStep
    open_window: OpenWindow
    tour: Callable[[Workstation, Path], tuple[Path, ...]]
    show_failure: Callable[[DiptychError, str], None] = lambda _error, _language: None
