"""Marks and the mandatory warning burned into a copy of the image."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from diptych_reference_detector.images import spacing_of
from diptych_reference_detector.report import WARNING
from workstation.base import resources
from workstation.base.errors import DiptychError
from workstation.dicom import grey
from workstation.dicom.pixels import decode_frame
from workstation.model.geometry import Shape
from workstation.model.result import AIResult, Finding, RenderingIntent
from workstation.model.study import Image, Laterality

_COLOURS = {RenderingIntent.REQUIRED: (255, 176, 32), RenderingIntent.OPTIONAL: (96, 200, 255)}
_WHITE = (235, 235, 235)


def burned_in(path: Path, image: Image, result: AIResult) -> NDArray[np.uint8]:
    """The image as the file asks to be shown, (rows, columns, 3) RGB, with marks, warning, service and time.

    Raises
    ------
    DiptychError
        When the image is none in shades of grey.
    """
    frame = decode_frame(path)
    if frame.grey is None:
        raise DiptychError(f"{path.name} is a colour image; no overlay is made of it.")
    table = grey.display_lut(frame.grey, grey.choices(frame.grey)[0])
    shown = np.asarray(table[frame.pixels.astype(np.uint16)], dtype=np.uint8)
    canvas = cv2.cvtColor(shown, cv2.COLOR_GRAY2RGB)
    thickness = max(1, round(0.6 / spacing_of(image)))
    for finding in result.findings:
        _draw(canvas, image, finding, thickness)
    _write_lines(canvas, image, _lines(result))
    return np.asarray(canvas, dtype=np.uint8)


def _draw(canvas: NDArray[np.uint8], image: Image, finding: Finding, thickness: int) -> None:
    colour = _COLOURS[finding.rendering_intent or RenderingIntent.REQUIRED]
    for part in finding.parts:
        for mark in part.marks:
            if mark.sop_uid != image.sop_uid or mark.shape is not Shape.POLYGON:
                continue
            points = np.round(np.asarray(mark.points)).astype(np.int32)
            cv2.polylines(canvas, [points], True, colour, thickness, cv2.LINE_AA)
            _, top, right, _ = mark.bounds()
            label = f"{finding.finding_id}: {100 * (finding.probability or 0):.0f} %"
            _text(canvas, label, (round(right) + 2 * thickness, round(top)), colour)


def _lines(result: AIResult) -> Sequence[str]:
    made = f"{result.created_at:%Y-%m-%d %H:%M:%S %Z}" if result.created_at else ""
    return (
        *WARNING.split(" / "),
        f"{result.service.name} {result.service.version}",
        made,
        result.texts.conclusion or "",
    )


def _write_lines(canvas: NDArray[np.uint8], image: Image, lines: Sequence[str]) -> None:
    """In the air beside the breast: at the left of a right breast, else at the right."""
    height = _letter_height(canvas)
    row = 2 * height
    for line in (part for text in lines for part in text.split(" / ")):
        width = round(_font(height).getlength(line))
        column = height if image.laterality is Laterality.RIGHT else canvas.shape[1] - height - width
        _text(canvas, line, (max(column, 0), row), _WHITE)
        row += round(1.4 * height)


def _letter_height(canvas: NDArray[np.uint8]) -> int:
    return max(9, round(canvas.shape[0] / 75))


def _text(canvas: NDArray[np.uint8], text: str, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
    """Text through Pillow: OpenCV's own letters know no Cyrillic."""
    from PIL import Image as Picture
    from PIL import ImageDraw

    height = _letter_height(canvas)
    font = _font(height)
    size = (max(1, round(font.getlength(text)) + 2), round(1.4 * height))
    left, top = min(at[0], max(canvas.shape[1] - size[0], 0)), min(max(at[1], 0), max(canvas.shape[0] - size[1], 0))
    stencil = Picture.new("L", size, 0)
    ImageDraw.Draw(stencil).text((1, 0), text, fill=255, font=font)
    area = canvas[top : top + size[1], left : left + size[0]]
    cover = np.asarray(stencil, dtype=np.float32)[: area.shape[0], : area.shape[1], None] / 255
    area[:] = np.round(area * (1 - cover) + np.asarray(colour, np.float32) * cover).astype(np.uint8)


@cache
def _font(height: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(resources.path("fonts", "Inter-Medium.otf")), height)
