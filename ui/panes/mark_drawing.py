"""Drawing a mark on a stage: which pane, by mouse or by keys, and what it would be if it ended now."""

from __future__ import annotations

from ui.scene.drawing import Canvas, Cursor, Path
from ui.scene.stage import Stage
from workstation.model.geometry import Mark, Point
from workstation.reading.hanging import Material, PaneKind

FIRST_RADIUS_SHARE = 0.06
"""Of the pane's shorter side: the ellipse that the keys begin with."""


class MarkDrawing:
    """At most one mark in the making."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._canvases: dict[int, Canvas] = {}
        self._index: int | None = None
        self._path: Path | None = None
        self._cursor: Cursor | None = None
        self._by_keys = False
        self._kept: tuple[int, Mark] | None = None

    @property
    def active(self) -> bool:
        """Whether the reader is drawing."""
        return bool(self._canvases)

    @property
    def hint_key(self) -> str:
        """Catalogue key of the words that say how to draw: by mouse at first, by keys once one was used."""
        return "scene.draw_keyboard" if self._by_keys else "scene.draw_mouse"

    @property
    def preview(self) -> tuple[int, Mark] | None:
        """The pane that is drawn on, and the mark as it stands; else the one that was drawn last and is kept."""
        mark = self.mark()
        return (self._index, mark) if self._index is not None and mark is not None else self._kept

    def begin(self, material: Material, index: int) -> bool:
        """Begin with the keys' ellipse in the middle of pane `index`, or of the first that can be drawn on."""
        self.end()
        self._canvases = self._drawable(material)
        if not self._canvases:
            return False
        self._put_cursor(index if index in self._canvases else min(self._canvases))
        return True

    def end(self, drawn: Mark | None = None) -> None:
        """Nothing is being drawn; what was drawn stays in sight until the next end."""
        self._kept = (self._index, drawn) if self._index is not None and drawn is not None else None
        self._canvases, self._index, self._path, self._cursor, self._by_keys = {}, None, None, None, False

    def mark(self) -> Mark | None:
        """The mark as it stands; None while it is nothing yet."""
        if self._path is not None:
            return self._path.mark()
        return self._cursor.mark() if self._cursor is not None else None

    def key(self, key: str) -> bool:
        """Move, stretch, or go to another pane with Tab; whether the key is one of these."""
        if key in ("Tab", "Shift+Tab"):
            order = sorted(self._canvases)
            step = 1 if key == "Tab" else -1
            at = order.index(self._index) if self._index in order else 0
            self._put_cursor(order[(at + step) % len(order)])
            return True
        moved = self._cursor.pressed(key) if self._cursor is not None else None
        if moved is not None:
            self._cursor, self._by_keys = moved, True
        return moved is not None

    def press(self, index: int, at: Point) -> None:
        """The mouse goes down: a path begins where it can be drawn."""
        view, canvas = self._stage.view(index), self._canvases.get(index)
        if view is not None and canvas is not None:
            point = canvas.inside(view.to_image(self._stage.layout.panes[index].size, at))
            self._index, self._path = index, Path(canvas=canvas, points=(point,))

    def drag(self, index: int, at: Point) -> None:
        """The mouse moves on."""
        view = self._stage.view(index)
        if self._path is not None and view is not None and index == self._index:
            self._path = self._path.to(view.to_image(self._stage.layout.panes[index].size, at))

    def release(self) -> Mark | None:
        """The mouse goes up: the mark, or None after a slip (drawing goes on)."""
        mark, self._path = self.mark() if self._path is not None else None, None
        return mark

    def _put_cursor(self, index: int) -> None:
        view, canvas, rect = self._stage.view(index), self._canvases[index], self._stage.layout.panes[index]
        self._index = index
        if view is None:
            return
        middle = canvas.inside(view.to_image(rect.size, (rect.width / 2, rect.height / 2)))
        self._cursor = Cursor(
            canvas=canvas, center=middle, radius=max(FIRST_RADIUS_SHARE * min(rect.size) / view.zoom, 1.0),
            turn_x=view.turn.undo(1.0, 0.0), turn_y=view.turn.undo(0.0, 1.0),
        )  # fmt: skip

    def _drawable(self, material: Material) -> dict[int, Canvas]:
        """Panes with an image of the study itself: not a prior, not a picture that an AI service made."""
        of_the_ai = {series_uid for result in material.results for series_uid in result.overlay_series}
        found = {}
        for index, pane in enumerate(self._stage.panes):
            image = pane.image
            if image is None or pane.pane.kind is PaneKind.PRIOR or image.series_uid in of_the_ai:
                continue
            if self._stage.view(index) is not None:
                frame = pane.frame if image.frames > 1 else None
                found[index] = Canvas(sop_uid=image.sop_uid, rows=image.rows, columns=image.columns, frame=frame)
        return found
