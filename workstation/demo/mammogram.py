"""A mammogram For Presentation, drawn from an anatomy: dark fat, bright dense tissue, air exactly zero."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.demo import anatomy, lesions
from workstation.demo.anatomy import VIEWS, Breast, Canvas, Lesion
from workstation.demo.texture import Field, blur, enlarge, grown_noise, power_noise, ridges, step
from workstation.model.geometry import Point
from workstation.model.lexicon import CALCIFICATION_CLUSTER, DISTORTION, MASS
from workstation.model.study import Laterality

_FAT, _DENSE = 0.25, 0.80
_ROLL_OFF_MM = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLesion:
    """Where a lesion came to lie on an image; points are (column, row) in pixels."""

    lesion: Lesion
    center: Point
    outline: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """An image and what is in it.

    Attributes
    ----------
    pixels : (rows, columns) uint16, 0 is air.
    skin : outline of the breast, (column, row) in pixels.
    """

    pixels: NDArray[np.uint16]
    lesions: tuple[DrawnLesion, ...]
    skin: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every step of drawing needs: the unmirrored working area, as wide as the breast, at half resolution."""

    breast: Breast
    view: str
    canvas: Canvas
    shape: tuple[int, int]
    px_mm: float
    inside: NDArray[np.uint8]
    skin_mm: Field
    nipple_px: tuple[float, float]

    def rng(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng((self.breast.seed, 101 + purpose, VIEWS.index(self.view)))


def draw(breast: Breast, view: str, canvas: Canvas, *, bits: int = 14) -> Drawing:
    """Draw one view ("CC" or "MLO") of a breast.

    The air around the breast is 0; tissue lies between 5 % and 98 % of the range of `bits`.
    """
    frame = _frame(breast, view, canvas)
    volume = anatomy.glandular_tissue(breast)
    tissue = _tissue(frame, volume)
    drawn = [_draw_lesion_body(frame, tissue, index) for index in range(len(breast.lesions))]
    brightness = _FAT + (_DENSE - _FAT) * tissue
    _add_nipple(frame, brightness)
    if view == "MLO":
        _add_pectoral(frame, brightness)
    brightness = _compress(frame, brightness)
    full = _full_size(frame, brightness)
    for index in range(len(breast.lesions)):
        _draw_calcifications(frame, full, index)
    _add_benign_calcifications(frame, full)
    pixels = _expose(frame, full, bits)
    mirrored = breast.laterality is Laterality.RIGHT
    skin = _skin(frame)
    if mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
        skin = tuple((canvas.columns - column, row) for column, row in skin)
        drawn = [_mirror(item, canvas.columns) for item in drawn]
    return Drawing(pixels=pixels, lesions=tuple(drawn), skin=skin)


def _frame(breast: Breast, view: str, canvas: Canvas) -> _Frame:
    px_mm = canvas.spacing_mm * 2
    outline = anatomy.outline_mm(breast, view, canvas)
    nipple_x, nipple_y = anatomy.nipple_mm(breast, view, canvas)
    width_mm = min(max(outline[:, 0].max(), nipple_x) + 8.0, canvas.columns * canvas.spacing_mm)
    shape = (-(-canvas.rows // 2), min(int(width_mm / px_mm) + 1, -(-canvas.columns // 2)))
    margin = 80  # the chest wall and the top edge are no skin: the breast goes on behind them
    wide = np.zeros((shape[0] + 2 * margin, shape[1] + margin), np.uint8)
    fixed = np.round((outline / px_mm + margin) * 16).astype(np.int32)
    cv2.fillPoly(wide, [fixed], 1, shift=4)
    nipple = (nipple_x / px_mm, nipple_y / px_mm)
    cv2.ellipse(
        wide,
        _whole(nipple[0] + margin - 1.0 / px_mm, nipple[1] + margin),
        _whole(5.0 / px_mm, 5.5 / px_mm),
        0,
        0,
        360,
        1,
        -1,
    )
    distance = cv2.distanceTransform(wide, cv2.DIST_L2, 5) * px_mm
    inner = (slice(margin, margin + shape[0]), slice(margin, None))
    return _Frame(breast, view, canvas, shape, px_mm, wide[inner], np.asarray(distance[inner], np.float32), nipple)


def _whole(x: float, y: float) -> tuple[int, int]:
    return max(round(x), 1), max(round(y), 1)


def _tissue(frame: _Frame, volume: Field) -> Field:
    """Fibroglandular brightness, 0 fat to 1 dense."""
    columns = -(-frame.canvas.columns // 2)
    coarse = anatomy.projected_tissue(volume, frame.breast, frame.view, frame.canvas, (frame.shape[0], columns))
    coarse = coarse[:, : frame.shape[1]]
    rng = frame.rng(0)
    fine = grown_noise(frame.shape, 2.9, rng, coarse=2, low=6.0)
    strands = _radial_noise(frame, rng)
    deep = step(frame.skin_mm, 4.0, 17.0)
    glandular = 1.0 - np.exp(-1.5 * coarse * (1.0 + 0.15 * fine + 0.22 * strands))
    glandular = np.clip(glandular * (1.0 + 0.07 * fine), 0.0, 1.0) * deep
    septa = ridges(grown_noise(frame.shape, 4.6, rng, coarse=4, low=13.0), 8.0) * step(fine, -0.9, 1.0)
    lines = ridges(strands, 7.0)
    fat = 0.035 * fine + (0.17 * septa + 0.12 * lines) * step(frame.skin_mm, 1.0, 9.0)
    tissue = glandular + fat * (1.0 - 0.75 * np.clip(glandular, 0, 1))
    _add_vessels(frame, tissue)
    return np.asarray(tissue, np.float32)


def _radial_noise(frame: _Frame, rng: np.random.Generator) -> Field:
    """Noise stretched along rays from the nipple, as ducts and trabeculae run; mean 0, deviation 1."""
    polar = power_noise((384, 256), 2.4, rng, low=3.0)
    x, y = frame.nipple_px
    column, row = np.meshgrid(np.arange(frame.shape[1], dtype=np.float32), np.arange(frame.shape[0], dtype=np.float32))
    dx, dy = x + 18.0 / frame.px_mm - column, row - y
    bearing = np.arctan2(dy, dx) / np.pi * 384
    far = np.log1p(np.hypot(dx, dy) * frame.px_mm / 25.0) * 70.0
    warped = cv2.remap(
        polar,
        np.asarray(far, np.float32),
        np.asarray(bearing + 192, np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_WRAP,
    )
    return np.asarray(warped, np.float32)


def _add_vessels(frame: _Frame, tissue: Field) -> None:
    rng = frame.rng(1)
    layer = np.zeros_like(tissue)
    rows, _ = tissue.shape
    for _ in range(int(rng.integers(3, 6))):
        x, y = 0.0, float(rng.uniform(0.25, 0.75) * rows)
        heading = float(np.arctan2(frame.nipple_px[1] - y, frame.nipple_px[0]) + rng.normal(0, 0.35))
        width_mm = float(rng.uniform(1.0, 2.1))
        points = []
        for _ in range(int(rng.integers(14, 30))):
            points.append((x, y))
            heading = float(np.clip(heading + rng.normal(0, 0.14), -1.0, 1.0))
            x += 3.2 / frame.px_mm * np.cos(heading)
            y += 3.2 / frame.px_mm * np.sin(heading)
        curve = np.round(anatomy.spline(np.asarray(points), 6) * 16).astype(np.int32)
        for part, thickness in ((curve, 1.0), (curve[: len(curve) // 2], 1.25)):
            stroke = np.zeros_like(layer)
            cv2.polylines(stroke, [part], False, 0.13, max(1, round(width_mm * thickness / frame.px_mm)), cv2.LINE_8, 4)
            np.maximum(layer, stroke, out=layer)
    tissue += blur(layer, 0.35 / frame.px_mm) * step(frame.skin_mm, 2.0, 8.0)


def _lesion_place(frame: _Frame, lesion: Lesion) -> tuple[float, float]:
    """(x, y) in working pixels, unmirrored."""
    depth, up = anatomy.project(lesion.position, frame.view)
    return frame.nipple_px[0] - depth / frame.px_mm, frame.nipple_px[1] - up / frame.px_mm


def _draw_lesion_body(frame: _Frame, tissue: Field, index: int) -> DrawnLesion:
    """Draw the soft part of a lesion and say where it lies; calcifications follow at full resolution."""
    lesion = frame.breast.lesions[index]
    rng = frame.rng(20 + index)
    place = _lesion_place(frame, lesion)
    radius = lesion.size_mm / 2 / frame.px_mm
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    outline = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius
    if lesion.kind == MASS:
        patch, outline = lesions.mass(lesion.margin, radius, rng)
        if lesion.margin == "spiculated":
            lesions.pull(tissue, place, radius * 3.0, 0.12)
        lesions.add_patch(tissue, patch, place, lesion.contrast)
        outline = outline[::4]
    elif lesion.kind == DISTORTION:
        lesions.pull(tissue, place, radius * 1.7, 0.12)
        lesions.add_patch(tissue, lesions.distortion(radius, rng), place, lesion.contrast * 0.5)
    points = (outline + place) * 2.0
    return DrawnLesion(
        lesion=lesion, center=(place[0] * 2.0, place[1] * 2.0), outline=tuple((float(x), float(y)) for x, y in points)
    )


def _draw_calcifications(frame: _Frame, full: Field, index: int) -> None:
    lesion = frame.breast.lesions[index]
    if lesion.kind != CALCIFICATION_CLUSTER:
        return
    x, y = _lesion_place(frame, lesion)
    spacing = frame.canvas.spacing_mm
    patch, _ = lesions.calcifications(
        lesion.margin, lesion.size_mm / 2 / spacing, 0.42 / spacing, frame.rng(20 + index)
    )
    lesions.add_patch(full, patch, (2 * x, 2 * y), 0.38 * lesion.contrast)


def _add_benign_calcifications(frame: _Frame, full: Field) -> None:
    rng = frame.rng(2)
    spacing = frame.canvas.spacing_mm
    reach = np.argwhere(frame.skin_mm[::16, ::16] > 16.0)
    for _ in range(int(rng.integers(0, 4))):
        row, column = reach[int(rng.integers(len(reach)))] * 32
        patch = lesions.coarse_calcification(float(rng.uniform(0.8, 1.9)) / spacing, rng)
        lesions.add_patch(full, patch, (float(column), float(row)), 0.24)


def _add_nipple(frame: _Frame, brightness: Field) -> None:
    """Nipple, areola and skin: thin, bright, along the edge."""
    x, y = frame.nipple_px
    column, row = np.meshgrid(np.arange(frame.shape[1], dtype=np.float32), np.arange(frame.shape[0], dtype=np.float32))
    near = np.exp(-(((column - x) / (6.0 / frame.px_mm)) ** 2 + ((row - y) / (7.0 / frame.px_mm)) ** 2))
    skin = np.exp(-(((frame.skin_mm - 0.9) / 0.8) ** 2))
    areola = np.exp(-(((row - y) / (16.0 / frame.px_mm)) ** 2))
    brightness += np.asarray(0.22 * near + skin * (0.20 + 0.16 * areola), np.float32)


def _add_pectoral(frame: _Frame, brightness: Field) -> None:
    rng = frame.rng(3)
    rows, columns = frame.shape
    top = columns * rng.uniform(0.35, 0.45)
    bottom = frame.nipple_px[1] * rng.uniform(0.98, 1.12)
    row = np.arange(rows, dtype=np.float32)[:, None]
    fraction = np.clip(row / bottom, 0.0, 1.6)
    edge = top * (1.0 - fraction) + top * 0.20 * np.sin(np.pi * np.clip(fraction, 0, 1)) * (1.0 - 0.35 * fraction)
    wander = blur(power_noise((rows, 8), 3.0, rng)[:, :1], 6.0) * (1.4 / frame.px_mm)
    behind_mm = (edge + wander - np.arange(columns, dtype=np.float32)[None, :]) * frame.px_mm * 0.86
    muscle = step(np.asarray(behind_mm, np.float32), -1.0, 2.5)
    thicker = 0.62 + 0.20 * step(np.asarray(behind_mm, np.float32), 0.0, 30.0)
    fibres = _fibres(frame, rng, top / bottom)
    level = thicker + 0.022 * fibres
    brightness += muscle * np.maximum(level - brightness, 0.10 * (level - brightness))


def _fibres(frame: _Frame, rng: np.random.Generator, slope: float) -> Field:
    """Striation along the edge of the muscle."""
    stretched = power_noise((512, 512), 2.2, rng, low=3.0)
    angle = math.atan(slope)
    column, row = np.meshgrid(np.arange(frame.shape[1], dtype=np.float32), np.arange(frame.shape[0], dtype=np.float32))
    along = (-column * math.sin(angle) + row * math.cos(angle)) * frame.px_mm * 0.55
    across = (column * math.cos(angle) + row * math.sin(angle)) * frame.px_mm * 2.6
    return np.asarray(
        cv2.remap(
            stretched,
            np.asarray(across, np.float32),
            np.asarray(along, np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_WRAP,
        ),
        np.float32,
    )


def _compress(frame: _Frame, brightness: Field) -> Field:
    """The compressed breast is thinner towards its edge; peripheral equalisation leaves a part of that."""
    t = np.clip(frame.skin_mm / _ROLL_OFF_MM, 0.0, 1.0)
    thickness = np.sqrt(np.maximum(1.0 - (1.0 - t) ** 2, 0.0))
    return np.asarray(brightness * (0.30 + 0.70 * thickness), np.float32)


def _full_size(frame: _Frame, brightness: Field) -> Field:
    rows, columns = frame.canvas.rows, min(frame.shape[1] * 2, frame.canvas.columns)
    return enlarge(brightness, (frame.shape[0] * 2, frame.shape[1] * 2))[:rows, :columns].copy()


def _expose(frame: _Frame, full: Field, bits: int) -> NDArray[np.uint16]:
    """Quantum noise, quantisation, collimated air."""
    rng = frame.rng(4 + 1000 * frame.breast.visit)
    top = 2**bits - 1
    dose = 0.014 * math.sqrt(0.07 / frame.canvas.spacing_mm)
    noise = blur(rng.standard_normal(full.shape, dtype=np.float32), 0.55)
    full += noise * np.sqrt(np.clip(full, 0.02, 1.0)) * (dose / 0.45)
    inside = cv2.resize(frame.inside, full.shape[::-1], interpolation=cv2.INTER_NEAREST)
    levels = np.clip(0.05 + 0.93 * full, 0.05, 0.98) * top
    pixels = np.zeros((frame.canvas.rows, frame.canvas.columns), np.uint16)
    pixels[:, : full.shape[1]] = np.where(inside, levels, 0).astype(np.uint16)
    return pixels


def _skin(frame: _Frame) -> tuple[Point, ...]:
    scaled = anatomy.outline_mm(frame.breast, frame.view, frame.canvas) / frame.canvas.spacing_mm
    return tuple((float(max(x, 0.0)), float(y)) for x, y in scaled)


def _mirror(item: DrawnLesion, columns: int) -> DrawnLesion:
    return DrawnLesion(
        lesion=item.lesion,
        center=(columns - item.center[0], item.center[1]),
        outline=tuple((columns - column, row) for column, row in item.outline),
    )
