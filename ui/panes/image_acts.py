"""What the reader does with the images; nothing of it is recorded."""

from __future__ import annotations

from ui.bridge.notices import NoticeBook
from ui.panes.viewport_grid import ViewportGrid
from ui.scene.screen import ScreenScale, stated_scale
from workstation.base.i18n import text
from workstation.reading.measure import Tool


class ImageActs:
    """Acts on the viewports."""

    def __init__(self, viewports: ViewportGrid, notices: NoticeBook) -> None:
        self._viewports = viewports
        self._notices = notices
        self._overlays = True
        self.invert = viewports.invert
        self.fit = viewports.fit
        self.one_to_one = viewports.one_to_one
        self.magnifier = viewports.toggle_magnifier
        self.draw = viewports.begin_drawing
        self.next_detail = viewports.next_detail

    def true_size(self) -> None:
        """Everything as large as it is; where that is not possible, the reason is told (S12)."""
        scale, language = self.screen_scale(), self._viewports.intent.language
        if scale is None:
            self._notices.add(text("true_size.no_screen", language))
            return
        unknown = self._viewports.true_size(scale)
        if unknown:
            self._notices.add(text("true_size.no_spacing", language, labels=", ".join(unknown)))

    def screen_scale(self) -> ScreenScale | None:
        """The size of a pixel of the screen that the images are on; None when it states none to be believed."""
        screen = self._viewports.screen()
        size, stated, ratio = screen.size(), screen.physicalSize(), screen.devicePixelRatio()
        return stated_scale((stated.width(), stated.height()), (size.width() * ratio, size.height() * ratio))

    def tour_next(self) -> None:
        """The next part of the tour at 1:1."""
        self._viewports.tour(1)

    def tour_previous(self) -> None:
        """The part before."""
        self._viewports.tour(-1)

    def measure_length(self) -> None:
        """A distance."""
        self._viewports.measure(Tool.LENGTH)

    def measure_angle(self) -> None:
        """An angle."""
        self._viewports.measure(Tool.ANGLE)

    def measure_ellipse(self) -> None:
        """Area, mean and deviation in an ellipse."""
        self._viewports.measure(Tool.ELLIPSE)

    def probe(self) -> None:
        """The value of a pixel."""
        self._viewports.measure(Tool.PROBE)

    def hold_overlays(self) -> None:
        """Only the image, while the key is held."""
        self._viewports.show_overlays(False)

    def release_overlays(self) -> None:
        """The key is let go."""
        self._viewports.show_overlays(self._overlays)

    def toggle_overlays(self) -> None:
        """Overlays off, on."""
        self._overlays = not self._overlays
        self._viewports.show_overlays(self._overlays)

    def choose_window(self, number: int) -> None:
        """One of the windows on offer, 1-9."""
        self._viewports.set_voi(number - 1)
