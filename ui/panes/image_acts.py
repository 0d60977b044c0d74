"""What the reader does with the images; nothing of it is recorded."""

from __future__ import annotations

from ui.panes.viewport_grid import ViewportGrid


class ImageActs:
    """Acts on the viewports."""

    def __init__(self, viewports: ViewportGrid) -> None:
        self._viewports = viewports
        self._overlays = True
        self.invert = viewports.invert
        self.fit = viewports.fit
        self.one_to_one = viewports.one_to_one
        self.draw = viewports.begin_drawing

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
        """One of the windows that the file offers, 1-9."""
        self._viewports.set_voi(number - 1)
