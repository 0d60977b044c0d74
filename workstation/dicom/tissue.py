"""Where the breast is in a decoded frame, whatever the header says of it (R9)."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.dicom import grey as greys
from workstation.dicom.pixels import Frame

SMALL_SIDE = 256
"""The frame is looked at in this size: markers and noise vanish, the breast stays."""
BORDER_SHARE = 0.03
"""Share of each side that is left out: burnt-in edges and collimators lie there."""
LEAST_SHARE, LARGEST_SHARE = 0.04, 0.92
"""Of the picture that a breast covers; beyond it there is nothing to be told."""
LEAST_CONTACT, LEAST_LEAD = 0.3, 0.2
"""Share of an edge that the breast lies along, and by how much it must exceed the opposite edge's."""
LEAST_SHIFT = 0.04
"""How far the middle of the breast lies towards its chest wall, as a share of the picture."""

Towards = tuple[int, int]
"""A direction in the frame as (column, row): (1, 0) is along a row to the right."""
SIDES: tuple[Towards, ...] = ((-1, 0), (1, 0), (0, -1), (0, 1))


def chest_wall_side(frame: Frame) -> Towards | None:
    """The side of the frame, as stored, at which the breast is cut off: its chest wall.

    The largest bright region must lie along one edge, clearly more than along the opposite one, and its middle must lie
    on that side too; what satisfies only one of the two (spot views, specimens, full pictures) is left undecided.

    Returns
    -------
    One of `SIDES`; None when the picture does not tell.
    """
    breast = _breast(_small_grey(frame))
    if breast is None:
        return None
    contact = {side: _contact(breast, side) for side in SIDES}
    best = max(SIDES, key=lambda side: contact[side])
    lead = contact[best] - contact[(-best[0], -best[1])]
    if contact[best] < LEAST_CONTACT or lead < LEAST_LEAD or _shift(breast, best) < LEAST_SHIFT:
        return None
    return best


def _small_grey(frame: Frame) -> NDArray[np.uint8]:
    """The frame in display grey (0-255), small, without its border."""
    pixels = frame.pixels
    step = max(max(pixels.shape[:2]) // (4 * SMALL_SIDE), 1)
    thinned: NDArray[Any] = np.ascontiguousarray(pixels[::step, ::step])
    if frame.grey is None:
        shown = thinned.max(axis=2)
    else:
        lut = greys.display_lut(frame.grey, greys.choices(frame.grey)[0])
        shown = lut[thinned.view(np.uint16)].astype(np.uint8)
    scale = min(SMALL_SIDE / max(shown.shape), 1.0)
    size = max(round(shown.shape[1] * scale), 1), max(round(shown.shape[0] * scale), 1)
    small = cv2.resize(shown, size, interpolation=cv2.INTER_AREA)
    across, down = (round(length * BORDER_SHARE) for length in size)
    return np.ascontiguousarray(small[down : size[1] - down, across : size[0] - across])


def _breast(grey: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    """The largest region brighter than the threshold that parts it best from the air (Otsu); None without one."""
    if min(grey.shape) < 8 or int(grey.max()) - int(grey.min()) < 8:
        return None
    bright = (_stretched(grey) > 0).astype(np.uint8)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    share = stats[largest, cv2.CC_STAT_AREA] / bright.size
    return np.asarray(labels == largest) if LEAST_SHARE <= share <= LARGEST_SHARE else None


def _stretched(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Otsu's two classes of the logarithm: fat, far darker than glands, still falls on the side of the breast."""
    logarithm = (np.log1p(grey.astype(np.float32) - float(grey.min())) * 45.0).astype(np.uint8)
    _, classes = cv2.threshold(logarithm, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(classes, np.uint8)


def _contact(breast: NDArray[np.bool_], side: Towards) -> float:
    """Share of the edge on this `side` that the breast lies along."""
    column, row = side
    band = max(round(0.02 * (breast.shape[1] if column else breast.shape[0])), 2)
    part = breast if row == 0 else breast.T
    edge = part[:, :band] if min(side) < 0 else part[:, -band:]
    return float(edge.all(axis=1).mean())


def _shift(breast: NDArray[np.bool_], side: Towards) -> float:
    """How far the middle of the breast lies from the middle of the picture towards `side`, as a share of its length."""
    rows, columns = np.nonzero(breast)
    middle = columns.mean() / breast.shape[1] if side[0] else rows.mean() / breast.shape[0]
    return float((middle - 0.5) * sum(side))
