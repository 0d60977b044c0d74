"""A step on the screen: which frame, view and window each pane has, and how panes move together. Draws nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ui.scene import view as views
from ui.scene.comparing import column_mm, comparable_mm, opposite, tissue, to_chest_wall
from ui.scene.header_check import HeaderCheck
from ui.scene.layout import Layout, lay_out
from ui.scene.look import Look
from ui.scene.quadrants import Stops, stop_view, stops_for
from ui.scene.raster import Pyramid
from ui.scene.scene_state import FrameKey, PaneState, SceneState
from ui.scene.screen import ScreenScale
from ui.scene.view import Box, Size, ViewTransform
from workstation.dicom.grey import GreyScale
from workstation.model.geometry import Mark, Point
from workstation.model.identity import SOPInstanceUID

Loaded = Pyramid | str
"""A frame with its halves, or the sentence that says why there is none."""
LookChange = Callable[[Look, GreyScale], Look]
MARK_SHARE = 0.3
"""Share of a pane's shorter side that a finding takes when it is brought to the middle."""


class Stage:
    """The mutable middle between a resolved scene and the painters.

    Attributes
    ----------
    scene : what is shown; None before the first step and after another study was chosen.
    scale : device pixels per pixel of the 1080-line design.
    check : compares pictures with their headers.
    """

    def __init__(self) -> None:
        self.check = HeaderCheck()
        self.scene: SceneState | None = None
        self.layout = Layout((), (), ())
        self.scale = 1.0
        self._size: Size = (0, 0)
        self._frames: Mapping[FrameKey, Loaded] = {}
        self._views: list[ViewTransform | None] = []
        self._looks: dict[SOPInstanceUID, Look] = {}
        self._boxes: dict[FrameKey, Box] = {}
        self._moved = False
        self._stop: int | None = None
        self._true_scale: ScreenScale | None = None

    def forget(self) -> None:
        """Another study: nothing of the last one stays."""
        self.check.forget()
        self.scene, self.layout, self._frames, self._views = None, Layout((), (), ()), {}, []
        self._looks, self._boxes = {}, {}
        self.layout = Layout((), (), ())

    def show(self, scene: SceneState, frames: Mapping[FrameKey, Loaded]) -> None:
        """Show a scene; views stay when only decisions changed, and begin anew with another step, not inverted."""
        anew = self.scene is None or self.scene.step != scene.step
        self.scene, self._frames = scene, frames
        if anew:
            self._views, self._moved, self._stop = [None] * len(scene.panes), False, None
            self.as_filed()
            self._arrange()
        self.frames_arrived()

    def resize(self, size: Size, scale: float) -> None:
        """The step has this many device pixels; views that the reader chose keep what they show."""
        heights = [rect.height for rect in self.layout.panes]
        self._size, self.scale = size, scale
        self._arrange()
        if not self._moved:
            self.fit()
            return
        for index, (rect, before) in enumerate(zip(self.layout.panes, heights, strict=False)):
            view = self._views[index]
            if view is not None and before > 0:
                self._views[index] = replace(view, zoom=views.clamp_zoom(view.zoom * rect.height / before))
        if self._stop is not None:
            self._go_to(min(self._stop, math.prod(self._stops()) - 1))

    def frames_arrived(self) -> None:
        """Look again at what is loaded: all is fitted anew as long as nobody moved an image."""
        self.scene = self.check.compared(self.scene, self._frames) if self.scene else None
        if not self._moved:
            self.fit()
            return
        scale = self._common_scale()
        late = [index for index, view in enumerate(self._views) if view is None]
        here = [index for index, view in enumerate(self._views) if view is not None]
        for index in late:
            self._views[index] = self._joined(index, here, scale)
        if self._stop is not None and late:
            self._go_to(self._stop)

    @property
    def panes(self) -> tuple[PaneState, ...]:
        """The panes of the scene."""
        return self.scene.panes if self.scene else ()

    def needed(self) -> tuple[FrameKey, ...]:
        """The frames that the scene needs, each once, in the order of the panes."""
        return self.scene.needed() if self.scene else ()

    def loaded(self, index: int) -> Loaded | None:
        """The pane's frame, why there is none, or None while it is being loaded."""
        key = self.panes[index].key
        return self._frames.get(key) if key else None

    def pyramid(self, index: int) -> Pyramid | None:
        """The pane's frame with its halves, None without."""
        loaded = self.loaded(index)
        return loaded if isinstance(loaded, Pyramid) else None

    def view(self, index: int) -> ViewTransform | None:
        """How the pane's image lies; None without an image."""
        return self._views[index]

    def look(self, index: int) -> Look:
        """Window and polarity of the pane's image: one for every pane that shows this image."""
        image = self.panes[index].image
        return self._looks.get(image.sop_uid, Look()) if image else Look()

    def grey(self, index: int) -> GreyScale | None:
        """How the pane's frame is meant to be seen; None for colour and without a frame."""
        pyramid = self.pyramid(index)
        return pyramid.frame.grey if pyramid else None

    def fit(self) -> None:
        """Every image as large as its pane allows, comparable ones in one scale of millimetres."""
        self._moved, self._stop = False, None
        scale = self._common_scale()
        self._views = [self._fitted(index, scale) for index in range(len(self.panes))]

    def tour(self, by: int) -> None:
        """All images at 1:1, `by` stops on in the tour over them; fitted again where the tour ends."""
        count = math.prod(self._stops())
        at = self._stop + by if self._stop is not None else (0 if by > 0 else count - 1)
        if 0 <= at < count and any(self._views):
            self._go_to(at)
        else:
            self.fit()

    def tour_stop(self, index: int) -> tuple[int, int] | None:
        """Number of the stop that the pane shows, from 1, and of all; None when its view is no stop of a tour."""
        stops = self._stops()
        if self._stop is None or self._views[index] != self._stop_view(index, self._stop, stops):
            return None
        return self._stop + 1, math.prod(stops)

    def true_size(self, scale: ScreenScale) -> tuple[int, ...]:
        """Every image in the size of what it shows.

        Returns
        -------
        The panes whose image states no pixel size: they stay as they are.
        """
        sizes = [column_mm(pane) for pane in self.panes]
        if any(sizes):
            self._moved, self._stop, self._true_scale = True, None, scale
            self._views = [
                self._zoomed(index, view, views.clamp_zoom(mm / scale.mm_per_pixel)) if view and mm else view
                for index, (view, mm) in enumerate(zip(self._views, sizes, strict=True))
            ]
        return tuple(index for index, mm in enumerate(sizes) if self.panes[index].image and mm is None)

    def shown_true(self, index: int) -> ScreenScale | None:
        """The scale of the screen by which the pane shows its image in true size; None when it does not."""
        view, mm, scale = self._views[index], column_mm(self.panes[index]), self._true_scale
        if view is None or mm is None or scale is None:
            return None
        return scale if math.isclose(view.zoom, views.clamp_zoom(mm / scale.mm_per_pixel), rel_tol=1e-6) else None

    def one_to_one(self) -> None:
        """One image pixel on one screen pixel, about the middle of each view."""
        self._moved, self._stop = True, None
        self._views = [replace(view, zoom=1.0) if view else None for view in self._views]

    def zoom_about(self, index: int, at: Point, factor: float) -> None:
        """Zoom about a point of the pane; linked panes follow."""
        view = self.view(index)
        if view is not None:
            self._move(index, views.zoom_about(view, self.layout.panes[index].size, at, factor))

    def pan(self, index: int, right: float, down: float) -> None:
        """Move the image by device pixels; linked panes follow."""
        view, pyramid = self.view(index), self.pyramid(index)
        if view is not None and pyramid is not None:
            moved = views.pan(view, right, down)
            self._move(index, views.kept_inside(moved, rows=pyramid.rows, columns=pyramid.columns))

    def window(self, index: int, *, shift: float, stretch: float) -> None:
        """Move the windows of the pane's link group by `shift` widths and make them `stretch` times as wide."""
        for linked in self._once(self.linked(index)):
            self._change_look(linked, lambda look, grey: look.windowed(grey, shift=shift, stretch=stretch))

    def set_voi(self, choice: int) -> None:
        """The file's choice of this number, for every image."""
        for index in self._once(range(len(self.panes))):
            self._change_look(index, lambda look, grey: look.chosen(choice, grey))

    def next_voi(self) -> None:
        """The file's next choice, for every image."""
        for index in self._once(range(len(self.panes))):
            self._change_look(index, lambda look, grey: look.next_choice(grey))

    def invert(self) -> None:
        """Black for white, for every image; back again when any is inverted."""
        wanted = not any(self.look(index).inverted for index in range(len(self.panes)))
        for index in self._once(range(len(self.panes))):
            self._change_look(index, lambda look, _grey: replace(look, inverted=wanted))

    def as_filed(self) -> None:
        """Black and white as the files mean them; windows stay."""
        self._looks = {uid: replace(look, inverted=False) for uid, look in self._looks.items()}

    def center_on(self, marks: Iterable[Mark]) -> bool:
        """Bring a finding to the middle wherever its image hangs, and beside it the same place of the other breast.

        Returns
        -------
        Whether any pane of the step shows an image of the marks.
        """
        by_image: dict[SOPInstanceUID, list[Mark]] = {}
        for mark in marks:
            by_image.setdefault(mark.sop_uid, []).append(mark)
        before = list(self._views)
        aimed = {
            index: self._aimed(view, index, by_image[image.sop_uid])
            for index, (pane, view) in enumerate(zip(self.panes, before, strict=True))
            if view is not None and (image := pane.image) is not None and image.sop_uid in by_image
        }
        for index, view in self._in_one_scale(aimed).items():
            self._views[index] = view
            for other in self.linked(index):
                if other not in aimed:
                    self._views[other] = self._following(index, before[index], view, other, before[other])
        self._moved = self._moved or bool(aimed)
        return bool(aimed)

    def linked(self, index: int) -> tuple[int, ...]:
        """The panes that move with this one, itself among them."""
        group = self.panes[index].pane.link_group
        return tuple(other for other, pane in enumerate(self.panes) if pane.pane.link_group == group)

    def _zoomed(self, index: int, view: ViewTransform, zoom: float) -> ViewTransform:
        """The view at `zoom`: its chest wall in place where the pane holds the whole, else about its middle."""
        box, pane, size = self._box(index), self.panes[index], self.layout.panes[index].size
        if box is None or views.fit_zoom(box, size, aspect=pane.aspect, turn=pane.turn) < zoom:
            return replace(view, zoom=zoom)
        return views.fit(box, size, zoom=zoom, justify=pane.pane.justify, aspect=pane.aspect, turn=pane.turn)

    def _stops(self) -> Stops:
        """Stops of the tour: as many as the pane needs that sees least of its image."""
        each = [
            stops_for(box, rect.size, aspect=pane.aspect, turn=pane.turn)
            for index, (pane, rect) in enumerate(zip(self.panes, self.layout.panes, strict=False))
            if (box := self._box(index))
        ]
        return max((across for across, _ in each), default=1), max((down for _, down in each), default=1)

    def _go_to(self, stop: int) -> None:
        self._moved, self._stop, stops = True, stop, self._stops()
        self._views = [self._stop_view(index, stop, stops) for index in range(len(self.panes))]

    def _stop_view(self, index: int, stop: int, stops: Stops) -> ViewTransform | None:
        box, pane = self._box(index), self.panes[index]
        if box is None:
            return None
        size, justify = self.layout.panes[index].size, pane.pane.justify
        return stop_view(stop, stops, box, size, justify=justify, aspect=pane.aspect, turn=pane.turn)

    def _move(self, index: int, view: ViewTransform) -> None:
        before, self._moved = self._views[index], True
        for other in self.linked(index):
            self._views[other] = self._following(index, before, view, other, self._views[other])

    def _following(
        self, index: int, before: ViewTransform | None, after: ViewTransform, other: int, view: ViewTransform | None
    ) -> ViewTransform | None:
        """The view of pane `other` when pane `index` goes from `before` to `after`."""
        if before is None or view is None or other == index:
            return after if other == index else view
        mine, its = self.panes[index], self.panes[other]
        if view == before and mine.image == its.image:
            return after
        return views.follow(before, after, view, mirrored=opposite(mine.image, its.image))

    def _aimed(self, view: ViewTransform, index: int, marks: list[Mark]) -> ViewTransform:
        edges = list(zip(*(mark.bounds() for mark in marks), strict=True))
        box = (min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3]))
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        fitted = self._fitted(index, self._common_scale())
        zoom = views.zoom_for(box, self.layout.panes[index].size, share=MARK_SHARE, aspect=view.aspect)
        return views.center_on(view, middle, zoom=max(zoom, fitted.zoom if fitted else 0.0))

    def _in_one_scale(self, aimed: dict[int, ViewTransform]) -> dict[int, ViewTransform]:
        """The views at the smallest scale in millimetres that any of its link group has."""
        scales = {index: view.zoom / mm for index, view in aimed.items() if (mm := comparable_mm(self.panes[index]))}
        least = {index: min(scales[other] for other in self.linked(index) if other in scales) for index in scales}
        return {
            index: replace(view, zoom=view.zoom * least[index] / scales[index]) if index in scales else view
            for index, view in aimed.items()
        }

    def _joined(self, index: int, here: list[int], scale: float | None) -> ViewTransform | None:
        """The view of a pane whose image is late: where its link group, of which `here` are shown, has gone since."""
        fitted = self._fitted(index, scale)
        leader = next((other for other in self.linked(index) if other in here), None)
        led = self._views[leader] if leader is not None else None
        if leader is None or led is None:
            return fitted
        return self._following(leader, self._fitted(leader, scale), led, index, fitted)

    def _fitted(self, index: int, pixels_per_mm: float | None) -> ViewTransform | None:
        box = self._box(index)
        if box is None:
            return None
        pane, size = self.panes[index], self.layout.panes[index].size
        zoom = None
        if pixels_per_mm is not None and (own_mm := comparable_mm(pane)):
            zoom = views.clamp_zoom(pixels_per_mm * own_mm)
        return views.fit(box, size, zoom=zoom, justify=pane.pane.justify, aspect=pane.aspect, turn=pane.turn)

    def _common_scale(self) -> float | None:
        """Screen pixels per millimetre at which every comparable image is whole in its pane."""
        scales = [
            views.fit_zoom(box, rect.size, aspect=pane.aspect, turn=pane.turn) / own_mm
            for index, (pane, rect) in enumerate(zip(self.panes, self.layout.panes, strict=False))
            if (box := self._box(index)) and (own_mm := comparable_mm(pane))
        ]
        return min(scales, default=None)

    def _box(self, index: int) -> Box | None:
        """What of the pane's image is worth its place: the breast up to its chest wall, else the whole image."""
        key, pyramid = self.panes[index].key, self.pyramid(index)
        if key is None or pyramid is None or not self.layout.panes:
            return None
        if key not in self._boxes:
            pane = self.panes[index]
            whole = (0.0, 0.0, float(pyramid.columns), float(pyramid.rows))
            found = tissue(pyramid) if pane.image and pane.image.modality == "MG" else whole
            self._boxes[key] = to_chest_wall(found, whole, pane)
        return self._boxes[key]

    def _change_look(self, index: int, change: LookChange) -> None:
        image, grey = self.panes[index].image, self.grey(index)
        if image is not None and grey is not None:
            self._looks[image.sop_uid] = change(self.look(index), grey)

    def _once(self, indices: Iterable[int]) -> list[int]:
        """Of panes that show one image, the first."""
        by_image = {image.sop_uid: index for index in reversed(list(indices)) if (image := self.panes[index].image)}
        return sorted(by_image.values())

    def _arrange(self) -> None:
        if self.scene is not None and min(self._size) > 0:
            self.layout = lay_out(self.scene.step, self._size, scale=self.scale)
