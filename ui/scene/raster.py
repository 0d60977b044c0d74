"""The image plane on the processor: a pyramid, one affine resampling, one look-up; exact to the pixel at 1:1.

Smaller views are drawn from levels made by area means, so that single bright pixels do not come and go while zooming.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ui.scene.view import Box, Size, ViewTransform
from workstation.reading.orientation import Turn

if TYPE_CHECKING:
    from workstation.dicom.pixels import Frame

SMALLEST_SIDE = 64
LEAST_SHRINK = 0.58
"""Two neighbours of white noise, blended, keep 2/3 of its deviation; at this factor the box mean keeps 0.58."""
TISSUE_LEVEL_SIDE = 512
TISSUE_GREY, GROUND_PERCENTILE = 8, 2
"""A pixel counts as tissue when its display grey (0-255) is so much above the darkest few percent of the image."""
LEAST_SHARE = 0.03
"""A box smaller than this share of the image is not trusted to be the breast."""
GROWN = 0.02
MARGIN_PX = 256
"""Even, so that half pixels are rounded alike with and without it."""
WHOLE_PX = 1e-3


class Pyramid:
    """A frame and its halves, each made when first needed. Safe to share between planes of one thread.

    Attributes
    ----------
    frame : the frame as decoded.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._padded = _padding_mask(frame)
        first = frame.pixels if self._padded is None else _filled(frame, self._padded)
        self._levels: list[NDArray[Any]] = [first]

    @property
    def rows(self) -> int:
        """Rows of the frame."""
        return int(self._levels[0].shape[0])

    @property
    def columns(self) -> int:
        """Columns of the frame."""
        return int(self._levels[0].shape[1])

    @property
    def padded(self) -> NDArray[np.uint8] | None:
        """1 where a pixel is padding; None when there is none."""
        return self._padded

    @property
    def nbytes(self) -> int:
        """Memory that the frame takes with all its levels."""
        return int(self.frame.pixels.nbytes * (1 if self._padded is None else 2) * 4 / 3)

    def level(self, number: int) -> NDArray[Any]:
        """The frame halved `number` times (0: as decoded), or as often as it can be."""
        while len(self._levels) <= number and min(self._levels[-1].shape[:2]) >= 2 * SMALLEST_SIDE:
            rows, columns = self._levels[-1].shape[:2]
            halved = cv2.resize(self._levels[-1], (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
            self._levels.append(halved)
        return self._levels[min(number, len(self._levels) - 1)]

    def level_for(self, zoom: float) -> NDArray[Any]:
        """The level to draw from at `zoom`: shrunk no further than linear interpolation can without aliasing."""
        return self.level(max(math.ceil(math.log2(LEAST_SHRINK / zoom)), 0))

    def tissue_box(self, lut: NDArray[np.uint8] | None) -> Box:
        """Box of the largest bright region in image pixels, a little grown; the whole image when there is none."""
        small = self.level_for(TISSUE_LEVEL_SIDE / max(self.rows, self.columns))
        grey = small.max(axis=2) if lut is None else np.take(lut, small.view(np.uint16))
        if self._padded is not None:
            grey[cv2.resize(self._padded, small.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0] = 0
        bright = (grey > np.percentile(grey, GROUND_PERCENTILE) + TISSUE_GREY).astype(np.uint8)
        bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
        whole = (0.0, 0.0, float(self.columns), float(self.rows))
        if count < 2:
            return whole
        left, top, width, height, area = stats[1:][np.argmax(stats[1:, cv2.CC_STAT_AREA])].tolist()
        if area < LEAST_SHARE * bright.size:
            return whole
        across, down = self.columns / small.shape[1], self.rows / small.shape[0]
        margin = GROWN * max(width * across, height * down)
        return (
            max(left * across - margin, 0.0),
            max(top * down - margin, 0.0),
            min((left + width) * across + margin, whole[2]),
            min((top + height) * down + margin, whole[3]),
        )


@dataclass(frozen=True, slots=True)
class _Resampled:
    """Stored values on the part of the screen that the image covers, and where they are padding."""

    place: tuple[slice, slice]
    values: NDArray[Any]
    padded: NDArray[np.bool_] | None


@dataclass(slots=True)
class _Tile:
    """A pane's picture and `margin` screen pixels of what lies around it, with the values it was made from."""

    view: ViewTransform
    size: Size
    margin: int
    values: _Resampled
    lut: NDArray[np.uint8] | None
    picture: NDArray[np.uint8]

    def moved(self, view: ViewTransform, size: Size) -> tuple[int, int] | None:
        """By how many whole pixels right and down `view` shows the same picture; None when it is another one."""
        if size != self.size:
            return None
        (a, b, c), (d, e, f) = self.view.matrix(size)
        (a_, b_, c_), (d_, e_, f_) = view.matrix(size)
        right, down = round(c_ - c), round(f_ - f)
        same_scale = (a, b, d, e) == (a_, b_, d_, e_)
        return (right, down) if same_scale and max(abs(c_ - c - right), abs(f_ - f - down)) < WHOLE_PX else None

    def seen(self, moved: tuple[int, int]) -> NDArray[np.uint8]:
        """The pane after a move within the margin."""
        left, top = self.margin - moved[0], self.margin - moved[1]
        return np.ascontiguousarray(self.picture[top : top + self.size[1], left : left + self.size[0]])

    def look_up(self, lut: NDArray[np.uint8] | None) -> None:
        """Make the picture with this table; what lies outside the image stays 0."""
        self.lut, shown = lut, self.picture[self.values.place]
        if lut is None:
            shown[:] = self.values.values
        else:
            _look_up(self.values.values, lut, shown)
        if self.values.padded is not None:
            shown[self.values.padded] = 0


class RasterPlane:
    """`ImagePlane` by numpy and OpenCV.

    What is kept makes the next painting cheap: a new window is one look-up of resampled values, and a pan by whole
    pixels shows another part of a picture that was made a little larger than the pane.
    """

    def __init__(self) -> None:
        self._pyramid: Pyramid | None = None
        self._tile: _Tile | None = None

    def set_frame(self, frame: Frame | None) -> None:
        """Show this frame from now on; None shows the ground."""
        self.set_pyramid(None if frame is None else Pyramid(frame))

    def set_pyramid(self, pyramid: Pyramid | None) -> None:
        """Show a frame whose pyramid other panes share."""
        if pyramid is not self._pyramid:
            self._pyramid, self._tile = pyramid, None

    def paint(self, view: ViewTransform, size: Size, lut: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
        """The picture; see `ImagePlane.paint`."""
        if self._pyramid is None:
            return np.zeros((size[1], size[0]), np.uint8)
        tile = self._tile
        moved = tile.moved(view, size) if tile is not None else None
        if tile is not None and moved is not None and max(map(abs, moved)) <= tile.margin:
            if lut is tile.lut:
                return tile.seen(moved)
            if tile.margin == 0:
                tile.look_up(lut)
                return tile.picture
        panning = tile is not None and moved is not None and lut is tile.lut
        self._tile = _tile(self._pyramid, view, size, lut, MARGIN_PX if panning else 0)
        return self._tile.seen((0, 0))


def _tile(pyramid: Pyramid, view: ViewTransform, size: Size, lut: NDArray[np.uint8] | None, margin: int) -> _Tile:
    larger = (size[0] + 2 * margin, size[1] + 2 * margin)
    values = _resample(pyramid, view, larger)
    picture = np.zeros((larger[1], larger[0], *values.values.shape[2:]), np.uint8)
    tile = _Tile(view, size, margin, values, lut, picture)
    tile.look_up(lut)
    return tile


def _resample(pyramid: Pyramid, view: ViewTransform, size: Size) -> _Resampled:
    place = _covered(view, size, rows=pyramid.rows, columns=pyramid.columns)
    rows, columns = place
    part = (columns.stop - columns.start, rows.stop - rows.start)
    level = pyramid.level_for(view.zoom * min(view.aspect, 1.0))
    if 0 in part:
        return _Resampled(place, np.zeros((part[1], part[0], *level.shape[2:]), level.dtype), None)
    if view.exact:
        return _cut(pyramid, view, size, place)
    origin = (columns.start, rows.start)
    step = (pyramid.columns / level.shape[1], pyramid.rows / level.shape[0])
    values = _warp(level, _to_array(view, size, origin, step), part, cv2.INTER_LINEAR)
    if pyramid.padded is None:
        return _Resampled(place, values, None)
    padded = _warp(pyramid.padded, _to_array(view, size, origin, (1.0, 1.0)), part, cv2.INTER_NEAREST)
    return _Resampled(place, values, padded.astype(np.bool_))


def _cut(pyramid: Pyramid, view: ViewTransform, size: Size, place: tuple[slice, slice]) -> _Resampled:
    """At 1:1 nothing is resampled: the stored pixels themselves, turned; as stored they are not even copied."""
    corners = [(place[1].start, place[0].start), (place[1].stop, place[0].stop)]
    points = [view.to_image(size, (float(x), float(y))) for x, y in corners]
    (left, right), (top, bottom) = (sorted(round(edge) for edge in pair) for pair in zip(*points, strict=True))

    def cut(array: NDArray[Any]) -> NDArray[Any]:
        return _turned(array[top:bottom, left:right], view.turn)

    padded = None if pyramid.padded is None else cut(pyramid.padded).astype(np.bool_)
    return _Resampled(place, cut(pyramid.level(0)), padded)


def _turned(array: NDArray[Any], turn: Turn) -> NDArray[Any]:
    """The array as it lies on the screen after `turn`."""
    if turn.transposes:
        array = cv2.transpose(array)
    across, down = (turn.xx or turn.xy) < 0, (turn.yx or turn.yy) < 0
    if not (across or down):
        return array
    flipped: NDArray[Any] = cv2.flip(array, -1 if across and down else int(across))
    return flipped


def _warp(level: NDArray[Any], to_array: NDArray[np.float64], size: Size, kind: int) -> NDArray[Any]:
    warped: NDArray[Any] = cv2.warpAffine(
        level, to_array, size, flags=cv2.WARP_INVERSE_MAP | kind, borderMode=cv2.BORDER_REPLICATE
    )
    return warped


def _to_array(view: ViewTransform, size: Size, origin: Size, step: tuple[float, float]) -> NDArray[np.float64]:
    """Affine map of screen pixel numbers from `origin` to array indices of a level; both name pixel centres: halves."""
    (a, b, c), (d, e, f) = view.matrix(size)
    image_of_screen = np.linalg.inv(np.array([[a, b, c], [d, e, f], [0.0, 0.0, 1.0]]))
    from_number = np.array([[1.0, 0.0, origin[0] + 0.5], [0.0, 1.0, origin[1] + 0.5], [0.0, 0.0, 1.0]])
    to_index = np.array([[1 / step[0], 0.0, -0.5], [0.0, 1 / step[1], -0.5], [0.0, 0.0, 1.0]])
    full: NDArray[np.float64] = (to_index @ image_of_screen @ from_number)[:2]
    return full


def _covered(view: ViewTransform, size: Size, *, rows: int, columns: int) -> tuple[slice, slice]:
    """Screen pixels whose centre is on the image, as (rows, columns): turns are right angles, so this is a box."""
    corners = [view.to_screen(size, point) for point in ((0.0, 0.0), (float(columns), float(rows)))]
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(*corners, strict=True))
    return _pixels(top, bottom, size[1]), _pixels(left, right, size[0])


def _pixels(start: float, end: float, length: int) -> slice:
    first, last = (min(max(math.ceil(edge - 0.5), 0), length) for edge in (start, end))
    return slice(first, last)


def _look_up(values: NDArray[Any], lut: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Write the display grey of stored values to `out`, which has their shape."""
    index = values.view(np.uint16)
    if _WIDE_LUT and index.size:
        cv2.LUT(index, lut, dst=out)
    elif index.size:
        np.take(lut, index, mode="clip", out=out)


def _has_wide_lut() -> bool:
    """Whether this OpenCV looks 16-bit values up itself (5.0 does, on all cores)."""
    try:
        cv2.LUT(np.zeros((1, 1), np.uint16), np.zeros(65536, np.uint8))
    except cv2.error:
        return False
    return True


_WIDE_LUT = _has_wide_lut()


def _padding_mask(frame: Frame) -> NDArray[np.uint8] | None:
    """1 where a pixel is padding (PS3.3 C.7.5.1.1.2); None when there is none."""
    if frame.grey is None or frame.grey.padding is None:
        return None
    lowest, highest = frame.grey.padding
    padded = (frame.pixels >= lowest) & (frame.pixels <= highest)
    return padded.view(np.uint8) if padded.any() else None


def _filled(frame: Frame, padded: NDArray[np.uint8]) -> NDArray[Any]:
    """Stored values with the darkest real one where padding was, so that means never mix padding into tissue."""
    if frame.grey is None:
        return frame.pixels
    darkest = frame.grey.stored_range[1 if frame.grey.inverted else 0]
    filled: NDArray[Any] = np.where(padded, frame.pixels.dtype.type(darkest), frame.pixels)
    return filled
