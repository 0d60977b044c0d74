"""Frames of the study on the screen, loaded in the background; what arrives for another study is dropped (R1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from contextlib import suppress

from PySide6.QtCore import QObject, Qt, Signal

from ui.scene.raster import Pyramid
from ui.scene.scene_state import FrameKey
from ui.scene.stage import Loaded
from workstation.base.errors import DiptychError
from workstation.dicom.pixels import Frame
from workstation.model.identity import SOPInstanceUID

Loader = Callable[[SOPInstanceUID, int], "Future[Frame]"]
LARGEST_BYTES = 1_500_000_000
"""Beyond this the frames that were asked for longest ago are let go."""
READY_LEVELS = 6


class FrameStore(QObject):
    """Asks the loader for frames and keeps them while their study is read.

    Signals
    -------
    arrived : a frame of the present study, or the reason why there is none, is in `frames`.
    """

    arrived = Signal()
    _delivered = Signal(int, object, object)

    def __init__(self, loader: Loader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frames: dict[FrameKey, Loaded] = {}
        self._loader = loader
        self._turn = 0
        self._waiting: dict[FrameKey, Future[Frame]] = {}
        self._delivered.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def waiting(self) -> bool:
        """Whether frames are still on their way."""
        return bool(self._waiting)

    def begin(self) -> None:
        """Another study: forget every frame, and refuse those still on their way."""
        self._turn += 1
        for future in self._waiting.values():
            future.cancel()
        self._waiting, self.frames = {}, {}

    def want(self, keys: Iterable[FrameKey]) -> None:
        """Load these frames unless they are here or on their way."""
        for key in keys:
            if key in self.frames:
                self.frames[key] = self.frames.pop(key)
            elif key not in self._waiting:
                self._ask(key)

    def _ask(self, key: FrameKey) -> None:
        turn = self._turn
        try:
            future = self._waiting[key] = self._loader(*key)
        except DiptychError as error:
            self._delivered.emit(turn, key, str(error))
            return
        future.add_done_callback(lambda done: self._deliver(turn, key, done))

    def _deliver(self, turn: int, key: FrameKey, done: Future[Frame]) -> None:
        """In the loader's thread: halve the frame there, so that the window need not."""
        loaded: Loaded
        try:
            loaded = Pyramid(done.result())
            loaded.level(READY_LEVELS)
        except CancelledError:
            return
        except Exception as error:
            loaded = str(error) or type(error).__name__
        with suppress(RuntimeError):  # the window has been closed meanwhile
            self._delivered.emit(turn, key, loaded)

    def _take(self, turn: int, key: FrameKey, loaded: Loaded) -> None:
        if turn != self._turn:
            return
        self._waiting.pop(key, None)
        self.frames[key] = loaded
        self._let_go()
        self.arrived.emit()

    def _let_go(self) -> None:
        kept = sum(loaded.nbytes for loaded in self.frames.values() if isinstance(loaded, Pyramid))
        for key, loaded in list(self.frames.items())[:-1]:
            if kept <= LARGEST_BYTES:
                return
            kept -= loaded.nbytes if isinstance(loaded, Pyramid) else 0
            del self.frames[key]
