"""One hanging step as a picture: what the window's viewports show, with the patient and the warnings (S3)."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QImageWriter, QPainter

from ui import fonts
from ui.panes.frame_store import Loader
from ui.scene import palette
from ui.scene.marks import one_line
from ui.scene.raster import Pyramid
from ui.scene.scene_state import Decisions, FrameKey, NothingDecided, ViewIntent, resolve
from ui.scene.stage import Loaded, Stage
from ui.scene.stage_painter import StagePainter
from workstation.base.errors import DiptychError, StoreError, UsageError
from workstation.model.study import Study
from workstation.reading.hanging import Material, steps_for

PATIENT_STRIP_PX = 40
NAME_PX, DETAIL_PX = 17.0, 13.0
DESIGN_HEIGHT, SMALLEST_SCALE, LARGEST_SCALE = 1080, 0.5, 4.0


class Renderable(Material, Protocol):
    """What can be rendered: a reading context, or an opened study."""

    @property
    def language(self) -> str:
        """Of the words in the picture."""


def list_steps(study: Material) -> tuple[str, ...]:
    """Names of the study's hanging steps, in reading order."""
    return tuple(step.name for step in steps_for(study))


def render(
    study: Renderable,
    step: str,
    *,
    size: tuple[int, int],
    out: Path,
    overlays: bool = True,
    loader: Loader,
    decisions: Decisions | None = None,
) -> None:
    """Draw a step into a PNG file. Needs a QGuiApplication; the off-screen platform will do.

    Parameters
    ----------
    size : (width, height) in pixels.
    overlays : whether the AI's marks are drawn; its origin and warning always are.
    loader : asks for a decoded frame (from 1) of an image.
    decisions : verdicts and own findings; None draws every AI finding as undecided.

    Raises
    ------
    UsageError
        When the study has no such step.
    StoreError
        When the file cannot be written.
    """
    chosen = next((one for one in steps_for(study) if one.name == step), None)
    if chosen is None:
        raise UsageError(f"no step {step!r}; this study has: {', '.join(list_steps(study))}")
    intent = ViewIntent(language=study.language, overlays=overlays, with_optional=True)
    scale = min(max(size[1] / DESIGN_HEIGHT, SMALLEST_SCALE), LARGEST_SCALE)
    top = round(PATIENT_STRIP_PX * scale)
    stage = Stage()
    scene = resolve(chosen, study, decisions or NothingDecided(), intent)
    stage.show(scene, _loaded(scene.needed(), loader))
    stage.resize((size[0], max(size[1] - top, 1)), scale)
    picture = QImage(size[0], size[1], QImage.Format.Format_RGB32)
    picture.fill(palette.GROUND)
    painter = QPainter(picture)
    _paint_patient(painter, QRectF(0, 0, size[0], top), study.study, scale)
    painter.translate(0, top)
    StagePainter(stage, study.language).paint(painter)
    painter.end()
    writer = QImageWriter(str(out), QByteArray(b"png"))
    if not writer.write(picture):
        raise StoreError(f"not saved: {out} cannot be written ({writer.errorString()})")


def _loaded(keys: tuple[FrameKey, ...], loader: Loader) -> dict[FrameKey, Loaded]:
    """Every frame, or the sentence why it cannot be shown: one bad image does not spoil the others (R33)."""
    waiting = {}
    frames: dict[FrameKey, Loaded] = {}
    for key in keys:
        try:
            waiting[key] = loader(*key)
        except DiptychError as error:
            frames[key] = str(error)
    for key, future in waiting.items():
        try:
            frames[key] = Pyramid(future.result())
        except DiptychError as error:
            frames[key] = str(error)
    return frames


def _paint_patient(painter: QPainter, area: QRectF, study: Study, scale: float) -> None:
    """Who this is, above everything."""
    painter.fillRect(area, palette.STRIP)
    patient, day = study.patient, study.performed_at
    details = [
        patient.sex.value if patient.sex else "",
        f"{patient.birth_date:%d.%m.%Y}" if patient.birth_date else "",
        f"ID {patient.patient_id}" if patient.patient_id else "",
        one_line(study.description),
        f"{day:%d.%m.%Y %H:%M}" if day else "",
    ]
    name_font = fonts.font(NAME_PX * scale, QFont.Weight.DemiBold)
    name = one_line(patient.display_name)
    room = area.adjusted(12 * scale, 0, -12 * scale, 0)
    painter.setFont(name_font)
    painter.setPen(palette.TEXT)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
    painter.setFont(fonts.font(DETAIL_PX * scale))
    painter.setPen(palette.DIM)
    offset = QFontMetricsF(name_font).horizontalAdvance(name) + 18 * scale
    painter.drawText(
        room.adjusted(offset, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, " · ".join(part for part in details if part)
    )
