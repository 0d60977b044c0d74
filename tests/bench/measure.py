"""How the bench measures: frames that end at the X server, two acts interleaved in one run, medians of each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QWidget

SIZE = (1920, 1080)
WARM_UP = 5
ROUNDS = 60
PATIENCE_S = 120.0

Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. `ratio` is what `bar` bounds: a ratio, a count of pixels, or milliseconds by the name."""

    name: str
    ratio: float
    bar: float
    median_ms: float
    runs: int

    @property
    def ok(self) -> bool:
        """Whether the bar holds."""
        return self.ratio <= self.bar

    def as_json(self) -> dict[str, object]:
        """The row as `bench.json` holds it."""
        return {**asdict(self), "ratio": round(self.ratio, 3), "median_ms": round(self.median_ms, 3), "ok": self.ok}


def round_trip() -> None:
    """Let Qt paint and wait until the X server has it: without, only the request is timed (spike.md)."""
    QGuiApplication.processEvents()
    QGuiApplication.primaryScreen().grabWindow(0, 0, 0, 1, 1)


def milliseconds(act: Act) -> float:
    """How long `act` takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def frame_ms(act: Act) -> float:
    """How long `act` takes until it is on the screen."""

    def shown() -> None:
        act()
        round_trip()

    return milliseconds(shown)


def compared(name: str, bar: float, act: Act, reference: Act, *, rounds: int = ROUNDS) -> Row:
    """Frames of `act` against frames of `reference`, taken in turn so that other work on the machine meets both."""
    for _ in range(WARM_UP):
        frame_ms(act)
        frame_ms(reference)
    pairs = [(frame_ms(act), frame_ms(reference)) for _ in range(rounds)]
    acted, referred = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Row(name, acted / referred, bar, acted, rounds)


def ratio_of(name: str, bar: float, times: Sequence[float], references: Sequence[float]) -> Row:
    """The row of times that were taken one by one."""
    median = statistics.median(times)
    return Row(name, median / statistics.median(references), bar, median, len(times))


def wait_until(ready: Callable[[], bool]) -> None:
    """Run the event loop until `ready`."""
    end = time.monotonic() + PATIENCE_S
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError("what the bench waits for did not come")
        QGuiApplication.processEvents()


class _Copy(QWidget):
    """A pane that copies a picture to the screen and does nothing else."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.picture = QImage(1, 1, QImage.Format.Format_RGB32)

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        self.picture = QImage(self.size(), QImage.Format.Format_RGB32)
        self.picture.fill(0x808080)

    def paintEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.drawImage(0, 0, self.picture)
        painter.end()


class Blit(QWidget):
    """The reference: bare copies in panes of the same places as those of `like`, beside it on the screen."""

    def __init__(self, like: Sequence[QWidget], size: tuple[int, int] = SIZE) -> None:
        super().__init__()
        self.setGeometry(SIZE[0], 0, *size)
        self._panes = [_Copy(self) for _ in like]
        for pane, other in zip(self._panes, like, strict=True):
            pane.setGeometry(other.geometry())
        self.show()
        round_trip()

    def again(self) -> None:
        """Ask for one more frame."""
        for pane in self._panes:
            pane.update()
