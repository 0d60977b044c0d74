"""A chest radiograph PA: lungs, ribs, heart, mediastinum, diaphragm, clavicles; and a nodule where one is asked for.

Drawn as attenuation, then seen through a logarithm as a detector's processing shows it. The patient faces the
detector, so that the patient's right is at the left edge (Patient Orientation L, F).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.demo import lesions
from workstation.demo.anatomy import Canvas, spline
from workstation.demo.texture import Field, blur, enlarge, power_noise
from workstation.model.geometry import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodule:
    """A rounded opacity in a lung; (x, y) in mm from the top middle of the image, x to the image's right."""

    x_mm: float
    y_mm: float
    size_mm: float
    contrast: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chest:
    """One chest; the same values draw the same pixels."""

    seed: int
    nodules: tuple[Nodule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnNodule:
    """Where a nodule came to lie; points are (column, row) in pixels."""

    nodule: Nodule
    center: Point
    outline: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChestDrawing:
    """A radiograph, stored so that high values are dark (MONOCHROME1), and what is in it."""

    pixels: NDArray[np.uint16]
    nodules: tuple[DrawnNodule, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """The working area at half resolution; the drawing's own unit is the mm, x from the middle."""

    shape: tuple[int, int]
    px_mm: float
    seed: int

    def points(self, knots: list[tuple[float, float]]) -> NDArray[np.float64]:
        """Mm from the top middle to pixels."""
        array = np.asarray(knots, dtype=np.float64)
        return np.asarray(array / self.px_mm + (self.shape[1] / 2, 0.0))

    def fill(self, knots: list[tuple[float, float]], softness_mm: float) -> Field:
        """A closed smooth shape, 0-1, with a soft edge."""
        closed = [*knots, knots[0]]
        curve = spline(self.points(closed), 14)
        layer = np.zeros(self.shape, np.float32)
        cv2.fillPoly(layer, [np.round(curve * 16).astype(np.int32)], 1.0, shift=4)
        return blur(layer, softness_mm / self.px_mm)

    def stroke(self, layer: Field, curve: NDArray[np.float64], width_mm: float, level: float) -> None:
        """A line of one thickness, drawn over what is dimmer."""
        fixed = np.round(curve * 16).astype(np.int32)
        fresh = np.zeros_like(layer)
        cv2.polylines(fresh, [fixed], False, level, max(1, round(width_mm / self.px_mm)), cv2.LINE_8, 4)
        np.maximum(layer, fresh, out=layer)

    def rng(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, 301 + purpose))


def draw_chest(chest: Chest, canvas: Canvas, *, bits: int = 12) -> ChestDrawing:
    """Draw a chest PA on a canvas of about 350 x 420 mm."""
    field = _Field((-(-canvas.rows // 2), -(-canvas.columns // 2)), canvas.spacing_mm * 2, chest.seed)
    attenuation = _body(field)
    lungs = _lungs(field)
    attenuation -= 0.60 * lungs
    attenuation += _vessels(field) * lungs
    attenuation += _ribs(field, lungs, attenuation)
    attenuation += _mediastinum(field)
    attenuation += _shoulders(field)
    attenuation += 0.010 * enlarge(
        power_noise((field.shape[0] // 2, field.shape[1] // 2), 2.6, field.rng(9)), field.shape
    )
    drawn = tuple(_draw_nodule(field, attenuation, nodule, index) for index, nodule in enumerate(chest.nodules))
    return ChestDrawing(pixels=_expose(field, attenuation, canvas, bits), nodules=drawn)


def _body(field: _Field) -> Field:
    """Soft tissue of trunk, neck and shoulders; 0 is air beside the body."""
    knots = [
        (-52.0, -30.0), (-54.0, 22.0), (-92.0, 48.0), (-150.0, 66.0), (-182.0, 110.0), (-190.0, 190.0),
        (-164.0, 230.0), (-158.0, 300.0), (-160.0, 380.0), (-164.0, 460.0),
    ]  # fmt: skip
    other = [(-x, y) for x, y in reversed(knots)]
    body = field.fill(knots + other, 2.0)
    thickness = blur(body, 16.0 / field.px_mm)
    return np.asarray(body * (0.18 + 0.58 * thickness**1.5), np.float32)


_RIGHT_LUNG = [
    (-46.0, 58.0), (-72.0, 66.0), (-98.0, 96.0), (-118.0, 145.0), (-129.0, 205.0), (-134.0, 262.0), (-133.0, 300.0),
    (-112.0, 282.0), (-82.0, 268.0), (-50.0, 272.0), (-27.0, 287.0), (-24.0, 240.0), (-20.0, 185.0), (-18.0, 140.0),
    (-22.0, 100.0), (-28.0, 70.0),
]  # fmt: skip
_LEFT_LUNG = [
    (46.0, 56.0), (72.0, 64.0), (98.0, 94.0), (118.0, 145.0), (130.0, 205.0), (135.0, 270.0), (134.0, 312.0),
    (112.0, 296.0), (88.0, 286.0), (66.0, 284.0), (60.0, 262.0), (40.0, 215.0), (26.0, 180.0), (24.0, 140.0),
    (28.0, 104.0), (30.0, 72.0),
]  # fmt: skip


def _jitter(knots: list[tuple[float, float]], rng: np.random.Generator, spread_mm: float) -> list[tuple[float, float]]:
    offsets = rng.normal(0, spread_mm, (len(knots), 2))
    return [(x + float(dx), y + float(dy)) for (x, y), (dx, dy) in zip(knots, offsets, strict=True)]


def _lungs(field: _Field) -> Field:
    rng = field.rng(0)
    right = field.fill(_jitter(_RIGHT_LUNG, rng, 1.2), 1.1)
    left = field.fill(_jitter(_LEFT_LUNG, rng, 1.2), 1.1)
    both = np.maximum(right, left)
    return np.asarray(both * (0.78 + 0.22 * blur(both, 18.0 / field.px_mm)), np.float32)


def _vessels(field: _Field) -> Field:
    """Hila and the tree of vessels that branches from them, thinner towards the periphery."""
    rng = field.rng(1)
    layer = np.zeros(field.shape, np.float32)
    for side, hilum in ((-1.0, (-32.0, 172.0)), (1.0, (34.0, 164.0))):
        for angle in np.linspace(-1.35, 1.45, 11):
            _branch(field, layer, rng, _Twig(hilum, float(angle + rng.normal(0, 0.1)), side, 5.2))
    hila = np.zeros(field.shape, np.float32)
    for x, y, size in ((-30.0, 170.0, 11.0), (-36.0, 190.0, 8.0), (33.0, 160.0, 11.0), (40.0, 180.0, 8.0)):
        center = field.points([(x, y)])[0]
        cv2.circle(hila, (round(center[0]), round(center[1])), max(1, round(size / field.px_mm)), 0.26, -1)
    return np.asarray(blur(layer, 0.7 / field.px_mm) + blur(hila, 5.0 / field.px_mm), np.float32)


@dataclass(frozen=True, slots=True)
class _Twig:
    start: tuple[float, float]
    angle: float
    side: float
    width_mm: float
    depth: int = 0


def _branch(field: _Field, layer: Field, rng: np.random.Generator, twig: _Twig) -> None:
    if twig.width_mm < 0.5 or twig.depth > 5:
        return
    (x, y), heading, side = twig.start, twig.angle, twig.side
    length = float(rng.uniform(15.0, 27.0)) * 0.94**twig.depth
    points = [(x, y)]
    for _ in range(5):
        heading += float(rng.normal(0, 0.09))
        x, y = x + side * float(np.cos(heading)) * length / 5, y + float(np.sin(heading)) * length / 5
        points.append((x, y))
    level = min(0.05 + 0.042 * twig.width_mm, 0.24)
    field.stroke(layer, spline(field.points(points), 4), twig.width_mm, level)
    for turn in (float(rng.uniform(0.16, 0.5)), float(-rng.uniform(0.16, 0.5))):
        thinner = twig.width_mm * float(rng.uniform(0.58, 0.76))
        _branch(field, layer, rng, _Twig((x, y), heading + turn, side, thinner, twig.depth + 1))


def _ribs(field: _Field, lungs: Field, body: Field) -> Field:
    """Ribs, each one bow: gently down to the side, round it, steeply forward and inwards, fading into cartilage."""
    rng = field.rng(2)
    bone = np.zeros(field.shape, np.float32)
    for side in (-1.0, 1.0):
        for index in range(10):
            rib = np.zeros_like(bone)
            _rib(field, rib, index, side, rng)
            bone += rib
    edge = np.asarray(bone - blur(bone, 1.8 / field.px_mm), np.float32)
    seen = (0.35 + 0.65 * blur(lungs, 3.0 / field.px_mm)) * np.clip(body * 6.0, 0.0, 1.0)
    return np.asarray((blur(bone, 0.5 / field.px_mm) + 0.5 * np.clip(edge, 0, 1)) * seen, np.float32)


def _rib(field: _Field, bone: Field, index: int, side: float, rng: np.random.Generator) -> None:
    y = 50.0 + 24.0 * index
    reach = 137.0 * float(np.sin(np.clip(0.50 + 0.17 * index, 0.0, np.pi / 2)))
    drop = 9.0 + 3.0 * index + float(rng.normal(0, 1.0))
    back = [
        (side * 24.0, y + 3.0), (side * 0.38 * reach, y - 3.0), (side * 0.70 * reach, y + 0.35 * drop),
        (side * 0.92 * reach, y + 1.05 * drop), (side * reach, y + 2.0 * drop),
    ]  # fmt: skip
    turn = y + 2.0 * drop
    front = [
        (side * reach, turn), (side * 0.985 * reach, turn + 14.0), (side * 0.90 * reach, turn + 29.0),
        (side * 0.74 * reach, turn + 42.0), (side * 0.56 * reach, turn + 49.0),
    ]  # fmt: skip
    field.stroke(bone, spline(field.points(back), 12), 8.4, 0.120 if index < 9 else 0.07)
    if index < 7:
        curve = spline(field.points(front), 16)
        for part in range(8):
            piece = curve[part * 8 : part * 8 + 9]
            field.stroke(bone, piece, 9.6, 0.105 * (1.0 - part / 9.0))


_LUNG_BEHIND = [(-26.0, 96.0), (-30.0, 180.0), (-40.0, 270.0), (50.0, 280.0), (40.0, 190.0), (30.0, 96.0)]
_SPINE = [
    (-20.0, -20.0), (-19.0, 120.0), (-20.0, 330.0), (-21.0, 460.0), (21.0, 460.0), (20.0, 330.0), (19.0, 120.0),
    (20.0, -20.0),
]  # fmt: skip
_VERTEBRA = [(-18.0, 0.0), (0.0, 1.5), (18.0, 0.0), (19.0, 17.0), (0.0, 16.0), (-19.0, 17.0)]
_HEART = [
    (-22.0, 180.0), (-40.0, 212.0), (-46.0, 246.0), (-36.0, 280.0), (0.0, 292.0), (48.0, 296.0), (78.0, 280.0),
    (76.0, 252.0), (58.0, 218.0), (40.0, 192.0), (30.0, 178.0), (0.0, 172.0),
]  # fmt: skip
_GREAT_VESSELS = [
    (-26.0, 92.0), (-25.0, 182.0), (28.0, 182.0), (30.0, 152.0), (36.0, 136.0), (32.0, 118.0), (26.0, 92.0),
]  # fmt: skip
_TRACHEA = [
    (-8.0, -20.0), (-7.5, 60.0), (-6.5, 128.0), (-1.0, 142.0), (8.0, 128.0), (8.0, 60.0), (8.0, -20.0),
]  # fmt: skip
_ABDOMEN = [
    (-136.0, 316.0), (-82.0, 270.0), (-20.0, 290.0), (60.0, 300.0), (136.0, 330.0), (150.0, 470.0), (-150.0, 470.0),
]  # fmt: skip
_STOMACH_AIR = [(58.0, 312.0), (84.0, 304.0), (104.0, 318.0), (96.0, 338.0), (66.0, 338.0)]


def _mediastinum(field: _Field) -> Field:
    """Spine, great vessels, trachea, heart."""
    layer = -0.20 * field.fill(_LUNG_BEHIND, 7.0)
    layer += 0.13 * field.fill(_SPINE, 2.5)
    for index in range(17):
        y = -6.0 + 24.0 * index
        layer += 0.035 * field.fill([(x, y + below) for x, below in _VERTEBRA], 1.0)
    layer += 0.26 * field.fill(_jitter(_HEART, field.rng(3), 1.2), 3.2)
    layer += 0.10 * field.fill(_GREAT_VESSELS, 2.4)
    layer -= 0.13 * field.fill(_TRACHEA, 1.4)
    layer += 0.12 * field.fill(_ABDOMEN, 3.0)
    return np.asarray(layer - 0.12 * field.fill(_STOMACH_AIR, 2.5), np.float32)


def _shoulders(field: _Field) -> Field:
    """Clavicles and the inner edges of the shoulder blades."""
    bone = np.zeros(field.shape, np.float32)
    for side in (-1.0, 1.0):
        clavicle = [
            (side * 16.0, 92.0),
            (side * 48.0, 82.0),
            (side * 88.0, 68.0),
            (side * 124.0, 58.0),
            (side * 158.0, 60.0),
        ]
        field.stroke(bone, spline(field.points(clavicle), 12), 11.0, 0.17)
        blade = [(side * 136.0, 74.0), (side * 130.0, 130.0), (side * 140.0, 190.0), (side * 150.0, 226.0)]
        field.stroke(bone, spline(field.points(blade), 12), 5.0, 0.08)
        humerus = [(side * 166.0, 78.0), (side * 184.0, 112.0), (side * 194.0, 190.0)]
        field.stroke(bone, spline(field.points(humerus), 12), 26.0, 0.16)
    edge = np.clip(bone - blur(bone, 2.0 / field.px_mm), 0.0, 1.0)
    return np.asarray(blur(bone, 0.6 / field.px_mm) + 0.6 * edge, np.float32)


def _draw_nodule(field: _Field, attenuation: Field, nodule: Nodule, index: int) -> DrawnNodule:
    radius = nodule.size_mm / 2 / field.px_mm
    patch, outline = lesions.mass("indistinct", radius, field.rng(40 + index))
    center = field.points([(nodule.x_mm, nodule.y_mm)])[0]
    lesions.add_patch(attenuation, patch, (float(center[0]), float(center[1])), 0.42 * nodule.contrast)
    points = (outline[::4] + center) * 2.0
    return DrawnNodule(
        nodule=nodule,
        center=(float(center[0]) * 2.0, float(center[1]) * 2.0),
        outline=tuple((float(x), float(y)) for x, y in points),
    )


def _expose(field: _Field, attenuation: Field, canvas: Canvas, bits: int) -> NDArray[np.uint16]:
    """Local contrast, noise, and the reversal of MONOCHROME1."""
    top = 2**bits - 1
    local = attenuation - blur(attenuation, 22.0 / field.px_mm)
    seen = enlarge(np.asarray(0.74 * attenuation + 0.55 * local, np.float32), (field.shape[0] * 2, field.shape[1] * 2))
    seen = np.asarray(0.92 * np.tanh(seen * 1.12), np.float32)
    seen = seen[: canvas.rows, : canvas.columns].copy()
    noise = blur(field.rng(10).standard_normal(seen.shape, dtype=np.float32), 0.6)
    seen += 0.010 * noise
    return np.asarray((1.0 - np.clip(0.06 + 0.90 * seen, 0.02, 0.98)) * top, dtype=np.uint16)
