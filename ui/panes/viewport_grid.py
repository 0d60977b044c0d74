"""The pictures of the reading room: a hanging step as linked viewports, and every act on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.panes.frame_store import FrameStore, Loader
from ui.panes.hand import Hand
from ui.panes.magnifier import Magnifier
from ui.panes.mark_drawing import MarkDrawing
from ui.panes.measuring import Measuring
from ui.panes.viewport import Viewport
from ui.scene import palette
from ui.scene.scene_state import (
    Decisions,
    FrameKey,
    NothingDecided,
    SceneState,
    ViewIntent,
    first_position,
    leafed,
    marks_of,
    positions,
    resolve,
    turned_to,
)
from ui.scene.screen import ScreenScale
from ui.scene.stage import Stage
from ui.scene.stage_painter import StagePainter
from workstation.base.i18n import text
from workstation.model.geometry import Mark
from workstation.model.identity import FindingID
from workstation.reading.hanging import Material, Step
from workstation.reading.measure import Measurement, Tool


class ViewportGrid(QWidget):
    """Shows one step at a time of one study at a time.

    Parameters
    ----------
    loader : asks for a decoded frame (from 1) of an image.

    Signals
    -------
    mark_drawn : the reader has drawn a `Mark`.
    drawing_ended : drawing is over, with or without a mark.
    finding_clicked : the id of the finding whose mark was clicked.
    view_changed : a view, window, frame or overlay setting is another one now.
    """

    mark_drawn = Signal(object)
    drawing_ended = Signal()
    finding_clicked = Signal(str)
    view_changed = Signal()

    def __init__(self, loader: Loader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = Stage()
        self._painter = StagePainter(self.stage)
        self._frames = FrameStore(loader, self)
        self._frames.arrived.connect(self._frames_arrived)
        self._material: Material | None = None
        self._step: Step | None = None
        self._decisions: Decisions = NothingDecided()
        self._intent = ViewIntent()
        self._viewports: list[Viewport] = []
        self._later: tuple[FrameKey, ...] = ()
        self._aim: FindingID | None = None
        self._drawing = MarkDrawing(self.stage)
        self._magnifier = Magnifier(self.stage)
        self._measuring = Measuring(self.stage)
        self._hand = Hand(self.stage, self._drawing, self._measuring, self._magnifier, self)
        self._hand.changed.connect(self._changed)
        self._hand.pressed.connect(self.setFocus)
        self._hand.leafed.connect(self.leaf)
        self._hand.drawn.connect(self._end_drawing)
        self._hand.finding_clicked.connect(self.finding_clicked)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(theme.px(240), theme.px(180))

    @property
    def scene(self) -> SceneState | None:
        """What is on the screen."""
        return self.stage.scene

    @property
    def intent(self) -> ViewIntent:
        """What the reader wants to see."""
        return self._intent

    @property
    def is_loading(self) -> bool:
        """Whether frames of this step are still on their way."""
        return any(key not in self._frames.frames for key in self.stage.needed())

    @property
    def is_drawing(self) -> bool:
        """Whether the reader is drawing a mark."""
        return self._drawing.active

    def show_step(self, material: Material, step: Step, decisions: Decisions, *, language: str = "en",
                  threshold: float | None = None) -> None:  # fmt: skip
        """Show a step of a study. Another study forgets all of the last one first (R1).

        Parameters
        ----------
        threshold : probability below which optional findings are hidden (see `show_optional`).
        """
        if self._material is not None and self._material.study.study_uid != material.study.study_uid:
            self.clear()
        if step != self._step:
            self.cancel_drawing()
            self._measuring.end()
            self._aim = None
            self._intent = replace(self._intent, positions=tuple(first_position(pane) for pane in step.panes))
        self._material, self._step, self._decisions = material, step, decisions
        self._intent = replace(self._intent, language=language, threshold=threshold)
        self._painter.language = language
        self._resolve()

    def show_decisions(self, decisions: Decisions) -> None:
        """Verdicts or own findings have changed; views stay."""
        self._decisions = decisions
        self._resolve()

    def clear(self) -> None:
        """Show nothing: no study is open."""
        self.cancel_drawing()
        self._measuring.forget()
        self._frames.begin()
        self.stage.forget()
        self._material = self._step = None
        self._decisions, self._later, self._aim = NothingDecided(), (), None
        self._intent = ViewIntent(overlays=self._intent.overlays, detail=self._intent.detail)
        self._place()
        self.update()

    def prefetch(self, steps: Iterable[Step]) -> None:
        """Load the first frames of these steps when those of the present one are here."""
        later = (positions(pane)[first_position(pane)] for step in steps for pane in step.panes if pane.stack)
        self._later = tuple(dict.fromkeys((image.sop_uid, frame) for image, frame in later))
        self._fetch()

    def select(self, finding_id: FindingID | None) -> None:
        """Draw this finding's marks as the one looked at."""
        if finding_id != self._intent.selected:
            self._want(selected=finding_id)

    def show_overlays(self, on: bool) -> None:
        """Marks on or off; the origin and warning of the AI's half stay (S3)."""
        self._want(overlays=on)

    def next_detail(self) -> None:
        """Say less of the images: full, short, none, full."""
        self._want(detail=self._intent.detail.less)

    def show_optional(self, on: bool) -> None:
        """Also show optional findings below the threshold."""
        self._want(with_optional=on)

    def zoom_to_mark(self, finding_id: FindingID) -> bool:
        """Select a finding and bring its marks to the middle, in the original and under the AI alike.

        Returns
        -------
        False when this step shows none of its images: the room then shows another step.
        """
        self.select(finding_id)
        if self._material is None or self._step is None:
            return False
        marks = marks_of(finding_id, self._material, self._decisions)
        if self.stage.scene is not None:
            self._turn_to(turned_to(self.stage.scene, self._intent.positions, marks))
        self._aim = finding_id if self.is_loading else None
        self.stage.center_on(marks)
        self._changed()
        return bool({mark.sop_uid for mark in marks} & {sop_uid for sop_uid, _ in self.stage.needed()})

    def fit(self) -> None:
        """All images as large as their panes allow, and not inverted."""
        self.stage.as_filed()
        self.stage.fit()
        self._changed()

    def one_to_one(self) -> None:
        """One image pixel on one screen pixel."""
        self.stage.one_to_one()
        self._changed()

    def tour(self, by: int) -> None:
        """All images at 1:1, `by` parts on in the tour over them; fitted again at its end."""
        self.stage.tour(by)
        self._changed()

    def true_size(self, scale: ScreenScale) -> tuple[str, ...]:
        """Everything as large on the screen as it is (S12); the panes whose image states no pixel size stay.

        Returns
        -------
        The labels of these panes.
        """
        unknown = self.stage.true_size(scale)
        self._changed()
        return tuple(self.stage.panes[index].pane.label for index in unknown)

    def toggle_magnifier(self) -> None:
        """The magnifier under the cursor: on, off."""
        self._magnifier.toggle()
        self._changed()

    def invert(self) -> None:
        """Black for white."""
        self.stage.invert()
        self._changed()

    def set_voi(self, index: int) -> None:
        """The window that the file offers as number `index` (from 0)."""
        self.stage.set_voi(index)
        self._changed()

    def next_voi(self) -> None:
        """The next window that the file offers."""
        self.stage.next_voi()
        self._changed()

    def leaf(self, by: int, index: int | None = None) -> None:
        """Go `by` frames on: in one pane, or in all that can be leafed through."""
        if self.stage.scene is not None:
            chosen = self.stage.linked(index) if index is not None else range(len(self.stage.panes))
            self._turn_to(leafed(self.stage.scene, self._intent.positions, by, chosen))

    def begin_drawing(self) -> bool:
        """Let the reader draw a mark with the mouse or the keys; False when nothing here can be drawn on."""
        if self._material is None or not self._drawing.begin(self._material, self._hovered()):
            return False
        self._measuring.end()
        self.setFocus()
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._changed()
        return True

    def measure(self, tool: Tool) -> None:
        """Let the reader measure with the mouse or the keys."""
        self.cancel_drawing()
        self._measuring.begin(tool, self._hovered())
        self.setFocus()
        self._changed()

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """What is measured on this study, the one in the making last."""
        return self._measuring.shown

    def cancel_drawing(self) -> None:
        """Stop drawing without a mark."""
        if self._drawing.active:
            self._end_drawing(None)
        self._drawing.end()

    def take_key(self, key: str) -> bool:
        """While drawing or measuring: arrows, Tab to another pane, Enter and Esc. Says whether the key was used."""
        if not self._drawing.active:
            used = self._measuring.take_key(key)
            if used:
                self._changed()
            return used
        if key == "Esc":
            self.cancel_drawing()
        elif key == "Return":
            self._end_drawing(self._drawing.mark())
        elif not self._drawing.key(key):
            return False
        self._changed()
        return True

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Divide the new size among the panes."""
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint captions and dividing lines; the viewports paint themselves."""
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        painter.fillRect(0, 0, round(self.width() * ratio) + 1, round(self.height() * ratio) + 1, palette.GROUND)
        self._painter.paint_frame(painter)
        painter.end()

    def _want(self, **changes: object) -> None:
        self._intent = replace(self._intent, **changes)  # type: ignore[arg-type]
        self._resolve()

    def _resolve(self) -> None:
        if self._material is None or self._step is None:
            return
        anew = self.stage.scene is None or self.stage.scene.step != self._step
        scene = resolve(self._step, self._material, self._decisions, self._intent)
        self.stage.show(scene, self._frames.frames)
        if anew:
            self._place()
        self._fetch()
        self._changed()

    def _fetch(self) -> None:
        """Frames of this step first, those of later steps when these are here."""
        self._frames.want(self.stage.needed())
        if not self.is_loading:
            self._frames.want(self._later)

    def _frames_arrived(self) -> None:
        self.stage.frames_arrived()
        if self._aim is not None and self._material is not None:
            self.stage.center_on(marks_of(self._aim, self._material, self._decisions))
            self._aim = self._aim if self.is_loading else None
        self._fetch()
        self._changed()

    def _place(self) -> None:
        """One viewport per pane, at its place."""
        ratio = self.devicePixelRatioF()
        self.stage.resize((round(self.width() * ratio), round(self.height() * ratio)), theme.px(100) / 100 * ratio)
        panes = self.stage.panes
        while len(self._viewports) < len(panes):
            self._viewports.append(self._new_viewport(len(self._viewports)))
        for index, viewport in enumerate(self._viewports):
            viewport.setVisible(index < len(panes))
            if index < len(panes):
                rect = self.stage.layout.panes[index]
                viewport.setGeometry(QRect(*rect.divided(ratio)))
                label = text("scene.viewport_name", self._intent.language, label=panes[index].pane.label)
                viewport.setAccessibleName(label)

    def _new_viewport(self, index: int) -> Viewport:
        viewport = Viewport(index, self._painter, self)
        self._hand.attach(viewport)
        viewport.double_clicked.connect(self.fit)
        return viewport

    def _hovered(self) -> int:
        return next((viewport.index for viewport in self._viewports if viewport.underMouse()), 0)

    def _turn_to(self, places: tuple[int, ...]) -> None:
        if places != self._intent.positions:
            self._want(positions=places)

    def forget_drawn(self) -> None:
        """The mark that was drawn last is a finding now, or nothing."""
        self._drawing.end()
        self._changed()

    def _end_drawing(self, mark: Mark | None) -> None:
        self._drawing.end(mark)
        self.unsetCursor()
        self._changed()
        if mark is not None:
            self.mark_drawn.emit(mark)
        self.drawing_ended.emit()

    def _changed(self) -> None:
        """Paint what is new and say so."""
        self._painter.lens = self._magnifier.lens
        self._painter.preview = self._drawing.preview
        self._painter.measured, self._painter.cross = self._measuring.shown, self._measuring.cursor
        hint = self._drawing.hint_key if self._drawing.active else self._measuring.hint_key
        self._painter.hint = text(hint, self._intent.language) if hint else ""
        self.update()
        for viewport in self._viewports:
            viewport.update()
        self.view_changed.emit()
