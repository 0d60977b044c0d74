"""Draws a stage: the one painter of the window's viewports and of `diptych render`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from ui.scene import palette
from ui.scene.layer import Layer
from ui.scene.layout import Rect
from ui.scene.lens import Lens, lens_view, paint_lens
from ui.scene.look import Look, lut_of
from ui.scene.marks import DrawnMark, Ink
from ui.scene.measure_painter import paint_cross, paint_measurement
from ui.scene.measure_words import measured_words
from ui.scene.overlay_painter import paint_overlay, transparent
from ui.scene.pane_painter import paint_caption, paint_hint, paint_message, paint_notes, paint_picture, paint_status
from ui.scene.raster import RasterPlane
from ui.scene.stage import Stage
from ui.scene.status import status_lines
from ui.scene.view import ViewTransform
from workstation.base.i18n import text
from workstation.dicom.grey import GreyScale
from workstation.model.geometry import Mark, Point
from workstation.model.identity import FindingID
from workstation.model.study import Image
from workstation.reading.measure import Measurement


@dataclass(slots=True)
class _Kept:
    """What a pane keeps between two paintings."""

    plane: RasterPlane
    lens: RasterPlane
    notes: tuple[object, Layer] | None = None
    marks: tuple[object, Layer] | None = None
    lut: tuple[Look, GreyScale, NDArray[np.uint8]] | None = None


class StagePainter:
    """Paints panes and captions of one stage; resampled pixels and overlays are kept until they change.

    Parameters
    ----------
    language : of the few words that stand in for an image.

    Attributes
    ----------
    preview, hint : pane and mark that the reader is drawing, and the words that say how.
    lens : the magnifier; None without.
    measured, cross : measurements, each drawn on its image and frame; pane and image point of the next point.
    """

    def __init__(self, stage: Stage, language: str = "en") -> None:
        self.language = language
        self.preview: tuple[int, Mark] | None = None
        self.hint = ""
        self.lens: Lens | None = None
        self.measured: tuple[Measurement, ...] = ()
        self.cross: tuple[int, Point] | None = None
        self._figures: dict[tuple[Measurement, str], tuple[str, ...]] = {}
        self._stage = stage
        self._kept: list[_Kept] = []

    def paint(self, painter: QPainter) -> None:
        """The whole step: captions, panes, dividing lines, in device pixels."""
        for index, rect in enumerate(self._stage.layout.panes):
            painter.save()
            painter.translate(rect.x, rect.y)
            self.paint_pane(painter, index)
            painter.restore()
        self.paint_frame(painter)

    def paint_frame(self, painter: QPainter) -> None:
        """Captions and dividing lines."""
        scene, layout = self._stage.scene, self._stage.layout
        if scene is None:
            return
        for rect, of_the_ai in layout.dividers:
            painter.fillRect(rect.x, rect.y, rect.width, rect.height, palette.AI_LINE if of_the_ai else palette.LINE)
        for rect, caption in zip(layout.captions, scene.captions, strict=True):
            paint_caption(painter, rect, caption, scale=self._stage.scale)

    def paint_pane(self, painter: QPainter, index: int) -> None:
        """One pane with its top left corner at the painter's origin."""
        size = self._stage.layout.panes[index].size
        rect = Rect(0, 0, *size)
        painter.setClipRect(0, 0, *size)
        kept, view = self._of(index), self._stage.view(index)
        pyramid = self._stage.pyramid(index)
        if pyramid is not None and view is not None:
            kept.plane.set_pyramid(pyramid)
            paint_picture(painter, rect, kept.plane.paint(view, size, self._lut(index)))
            self._paint_marks(painter, kept, index, view)
        else:
            painter.fillRect(0, 0, *size, palette.GROUND)
            self._paint_stand_in(painter, rect, index)
        self._paint_notes(painter, kept, index)
        paint_status(painter, rect, self._stage.panes[index], status_lines(self._stage, index, self.language),
                     scale=self._stage.scale)  # fmt: skip
        self._paint_drawing(painter, index)
        if pyramid is not None and view is not None:
            self._paint_measurements(painter, index, view)
            self._paint_lens(painter, kept, index, view)

    def _paint_measurements(self, painter: QPainter, index: int, view: ViewTransform) -> None:
        pane, size, scale = self._stage.panes[index], self._stage.layout.panes[index].size, self._stage.scale
        for one in self.measured:
            if pane.image is not None and pane.key == (one.sop_uid, one.frame):
                paint_measurement(painter, size, view, one, self._figure(one, index, pane.image), scale=scale)
        if self.cross is not None and self.cross[0] == index:
            paint_cross(painter, size, view, self.cross[1], scale=scale)
            paint_hint(painter, Rect(0, 0, *size), self.hint, scale=scale)

    def _figure(self, one: Measurement, index: int, image: Image) -> tuple[str, ...]:
        """The words of last time while the measurement is the same: counting pixels takes longer than drawing."""
        key = (one, self.language)
        if key not in self._figures:
            words = measured_words(one, image, self._stage.pyramid(index), self.language)
            kept = {known: said for known, said in self._figures.items() if known[0] in self.measured}
            self._figures = {**kept, key: words}
        return self._figures[key]

    def _paint_lens(self, painter: QPainter, kept: _Kept, index: int, view: ViewTransform) -> None:
        """The magnifier, in every pane that shows the frame it lies over, at the same point of the image."""
        pyramid, stage = self._stage.pyramid(index), self._stage
        if self.lens is None or pyramid is None or self.lens.key != stage.panes[index].key:
            return
        size, side = stage.layout.panes[index].size, self.lens.side(stage.scale)
        kept.lens.set_pyramid(pyramid)
        values = kept.lens.paint(lens_view(view, self.lens), (side, side), self._lut(index))
        paint_lens(painter, view.to_screen(size, self.lens.at), values, scale=stage.scale)

    def _paint_drawing(self, painter: QPainter, index: int) -> None:
        """The mark that the reader is drawing, and how to."""
        view, size, scale = self._stage.view(index), self._stage.layout.panes[index].size, self._stage.scale
        if self.preview is None or self.preview[0] != index or view is None:
            return
        if self._stage.panes[index].key != (self.preview[1].sop_uid, self.preview[1].frame or 1):
            return
        drawn = DrawnMark(mark=self.preview[1], finding_id=FindingID(""), ink=Ink.READER, selected=True)
        painter.drawImage(0, 0, paint_overlay(size, view, (drawn,), scale=scale))
        if self.hint:
            paint_hint(painter, Rect(0, 0, *size), self.hint, scale=scale)

    def _paint_stand_in(self, painter: QPainter, rect: Rect, index: int) -> None:
        pane, loaded = self._stage.panes[index], self._stage.loaded(index)
        words, colour = text("scene.loading", self.language), palette.FAINT
        if pane.image is None:
            words, colour = pane.empty, palette.AMBER
        elif isinstance(loaded, str):
            words, colour = f"{text('scene.failed', self.language)}\n{loaded}", palette.AMBER
        paint_message(painter, rect, words, colour=colour, scale=self._stage.scale)

    def _paint_marks(self, painter: QPainter, kept: _Kept, index: int, view: ViewTransform) -> None:
        """Marks: drawn anew when they or the view changed, else the picture of last time."""
        marks, size, scale = self._stage.panes[index].marks, self._stage.layout.panes[index].size, self._stage.scale
        if not marks:
            return
        state = (marks, view, size, scale)
        if kept.marks is None or kept.marks[0] != state:
            kept.marks = (state, Layer(paint_overlay(size, view, marks, scale=scale)))
        kept.marks[1].paint(painter)

    def _paint_notes(self, painter: QPainter, kept: _Kept, index: int) -> None:
        """Annotations and warnings, kept in the same way; they do not depend on the view."""
        pane, size, scale = self._stage.panes[index], self._stage.layout.panes[index].size, self._stage.scale
        state = (pane.lines, pane.warnings, pane.edges, pane.pane.justify, size, scale)
        if kept.notes is None or kept.notes[0] != state:
            picture = transparent(size)
            on_picture = QPainter(picture)
            paint_notes(on_picture, Rect(0, 0, *size), pane, scale=scale)
            on_picture.end()
            kept.notes = (state, Layer(picture))
        kept.notes[1].paint(painter)

    def _of(self, index: int) -> _Kept:
        while len(self._kept) <= index:
            self._kept.append(_Kept(RasterPlane(), RasterPlane()))
        return self._kept[index]

    def _lut(self, index: int) -> NDArray[np.uint8] | None:
        """The table of last time while look and frame are the same; None for colour."""
        kept, grey, look = self._of(index), self._stage.grey(index), self._stage.look(index)
        if grey is None:
            return None
        if kept.lut is None or kept.lut[0] != look or kept.lut[1] is not grey:
            kept.lut = (look, grey, lut_of(look, grey))
        return kept.lut[2]
