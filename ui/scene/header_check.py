"""The picture itself against its header: where a breast lies elsewhere than stated, its pane says so in red."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ui.scene.annotations import Line, Tone
from ui.scene.raster import Pyramid
from ui.scene.scene_state import FrameKey, PaneState, SceneState
from workstation.dicom.tissue import Towards, chest_wall_side
from workstation.model.identity import SOPInstanceUID
from workstation.model.problem import Problem
from workstation.reading.orientation import doubt_of_picture
from workstation.reading.special import shows_the_whole_breast


class HeaderCheck:
    """Looks at every mammogram once (R9).

    Attributes
    ----------
    contradictions : what was found in this run of the program, for the list of problems.
    """

    def __init__(self) -> None:
        self.contradictions: dict[SOPInstanceUID, Problem] = {}
        self._sides: dict[FrameKey, Towards | None] = {}

    def forget(self) -> None:
        """Another study: its frames are looked at anew."""
        self._sides = {}

    def compared(self, scene: SceneState, frames: Mapping[FrameKey, Pyramid | str]) -> SceneState:
        """The scene with a red warning wherever one of the `frames` contradicts its header."""
        panes = tuple(self._compared(pane, frames, scene.language) for pane in scene.panes)
        return scene if panes == scene.panes else replace(scene, panes=panes)

    def _compared(self, pane: PaneState, frames: Mapping[FrameKey, Pyramid | str], language: str) -> PaneState:
        key, image = pane.key, pane.image
        frame = frames.get(key) if key else None
        if key is None or image is None or not shows_the_whole_breast(image) or not isinstance(frame, Pyramid):
            return pane
        if image.modality != "MG":
            return pane
        if key not in self._sides:
            self._sides[key] = chest_wall_side(frame.frame)
        doubt = doubt_of_picture(image, pane.turn, self._sides[key])
        if doubt is None:
            return pane
        self.contradictions[image.sop_uid] = doubt.problem
        told = (Line(doubt.said(language), Tone.RED), *pane.warnings)
        return replace(pane, warnings=tuple(dict.fromkeys(told)))
