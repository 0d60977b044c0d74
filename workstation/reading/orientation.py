"""How an image must be turned to hang as readers expect, from Patient Orientation (0020,0020), PS3.3 C.7.6.1.1.1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workstation.base.i18n import text
from workstation.model.identity import SOPInstanceUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.study import Image, Laterality


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the eight ways to lay an image on the screen: a screen step from an image step.

    Screen (right, down) = (xx * column + xy * row, yx * column + yy * row); every entry is -1, 0 or 1.
    """

    xx: int = 1
    xy: int = 0
    yx: int = 0
    yy: int = 1

    def apply(self, column: float, row: float) -> tuple[float, float]:
        """An image vector (column, row) as a screen vector (right, down)."""
        return self.xx * column + self.xy * row, self.yx * column + self.yy * row

    def undo(self, right: float, down: float) -> tuple[float, float]:
        """A screen vector as an image vector; the inverse of `apply`."""
        return self.xx * right + self.yx * down, self.xy * right + self.yy * down

    @property
    def transposes(self) -> bool:
        """Whether rows stand upright on the screen."""
        return self.xx == 0


AS_STORED = Turn()
MIRRORED = Turn(-1, 0, 0, 1)
HALF_TURN = Turn(-1, 0, 0, -1)
UPSIDE_DOWN = Turn(1, 0, 0, -1)
TURNS = (
    AS_STORED, MIRRORED, HALF_TURN, UPSIDE_DOWN,
    Turn(0, -1, 1, 0), Turn(0, 1, -1, 0), Turn(0, 1, 1, 0), Turn(0, -1, -1, 0),
)  # fmt: skip
"""In the order of preference: the first that fits is taken."""

OPPOSITE = {"R": "L", "L": "R", "A": "P", "P": "A", "H": "F", "F": "H"}
FRONTAL_VIEWS = frozenset({"PA", "AP"})
_UPRIGHT_VIEWS = frozenset({"LL", "RL", "LAT", "LLO", "RLO"})


Towards = tuple[int, int]
"""A direction: (column, row) in an image, (right, down) on the screen."""
_SIDES: dict[Towards, str] = {(-1, 0): "left", (1, 0): "right", (0, -1): "top", (0, 1): "bottom"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why the side or the lie of an image must be checked.

    Attributes
    ----------
    key : names the text "orientation.<key>".
    words, values : what fills its blanks: other texts "orientation.<word>", and values of the header.
    """

    where: SOPInstanceUID
    key: str
    words: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    def said(self, language: str) -> str:
        """The doubt in words."""
        words = {blank: text(f"orientation.{word}", language) for blank, word in self.words.items()}
        return text(f"orientation.{self.key}", language, **words, **self.values)

    @property
    def problem(self) -> Problem:
        """The doubt for the list of problems."""
        return Problem(kind=ProblemKind.ORIENTATION, where=self.where, message=self.said("en"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayTransform:
    """How to lay an image on the screen, and what the reader must know about it."""

    turn: Turn = AS_STORED
    doubt: Doubt | None = None


def opposite(direction: str) -> str:
    """The other end of a direction: "FL" gives "HR"."""
    return "".join(OPPOSITE.get(letter, letter) for letter in direction)


def directions_on_screen(image: Image, turn: Turn) -> tuple[str, str, str, str] | None:
    """Patient directions at the (left, top, right, bottom) edge of the turned image; None when the header is silent."""
    if image.patient_orientation is None:
        return None
    along_row, along_column = image.patient_orientation
    right = _blend(turn.xx, along_row, turn.xy, along_column)
    bottom = _blend(turn.yx, along_row, turn.yy, along_column)
    return opposite(right), opposite(bottom), right, bottom


def display_transform(image: Image) -> DisplayTransform:
    """The turn that hangs `image` properly, and the contradiction of its header if there is one.

    A right breast hangs with its chest wall to the right, a left one to the left; in CC the outer side is up, in the
    other views the head is. Frontal radiographs hang as if the patient faced the reader. An orientation which is that
    of the other side's breast is obeyed, but never silently.
    """
    wanted = _wanted(image)
    if wanted is None:
        return DisplayTransform()
    if image.patient_orientation is None:
        return DisplayTransform(doubt=Doubt(where=image.sop_uid, key="silent") if image.laterality else None)
    turn = next((turn for turn in TURNS if _fits(image, turn, wanted)), None)
    if turn is None:
        stated = "\\".join(image.patient_orientation)
        return DisplayTransform(doubt=Doubt(where=image.sop_uid, key="unusable", values={"stated": stated}))
    return DisplayTransform(turn=turn, doubt=_contradiction(image))


def doubt_of_picture(image: Image, turn: Turn, seen: Towards | None) -> Doubt | None:
    """The contradiction between the header and the picture itself, if there is one.

    Parameters
    ----------
    turn : how the image is turned for the screen.
    seen : side of the stored picture where the chest wall lies (`dicom.tissue.chest_wall_side`); None when the picture
        does not tell.
    """
    said = _stated_chest_wall(image, turn)
    if seen is None or said is None:
        return None
    right, down = turn.apply(*seen)
    found = (round(right), round(down))
    if found == said:
        return None
    return Doubt(where=image.sop_uid, key="picture", words={"said": _SIDES[said], "seen": _SIDES[found]})


def _stated_chest_wall(image: Image, turn: Turn) -> Towards | None:
    """The side of the screen that the header puts the chest wall at; without an orientation, where the side hangs."""
    if image.modality != "MG":
        return None
    edges = directions_on_screen(image, turn)
    if edges is not None:
        at = next((number for number, edge in enumerate(edges) if edge.startswith("P")), None)
        return None if at is None else ((-1, 0), (0, -1), (1, 0), (0, 1))[at]
    return {Laterality.RIGHT: (1, 0), Laterality.LEFT: (-1, 0)}.get(image.laterality) if image.laterality else None


def _blend(first: int, along_row: str, second: int, along_column: str) -> str:
    sign, direction = (first, along_row) if first else (second, along_column)
    return direction if sign > 0 else opposite(direction)


def _wanted(image: Image) -> tuple[str | None, str | None] | None:
    """Leading letters wanted at the right and at the bottom edge."""
    if image.modality == "MG" and image.laterality in (Laterality.RIGHT, Laterality.LEFT):
        chest_wall = "P" if image.laterality is Laterality.RIGHT else "A"
        if image.view in ("CC", "XCC", "XCCL", "XCCM", "FB"):
            return chest_wall, opposite(image.laterality.value)
        return chest_wall, "F"
    if image.view in FRONTAL_VIEWS:
        return "L", "F"
    if image.view in _UPRIGHT_VIEWS:
        return None, "F"
    return None


def _fits(image: Image, turn: Turn, wanted: tuple[str | None, str | None]) -> bool:
    edges = (directions_on_screen(image, turn) or ())[2:]
    return all(want is None or edge.startswith(want) for edge, want in zip(edges, wanted, strict=True))


def _contradiction(image: Image) -> Doubt | None:
    """The orientation of the other breast under this breast's laterality (S2, R3)."""
    if image.modality != "MG" or image.laterality is None or image.patient_orientation is None:
        return None
    own = image.laterality.value
    along_row, along_column = image.patient_orientation
    if image.view == "CC":
        of_the_other = "A" if own == "R" else "P"
        suspicious = along_row.startswith(of_the_other) and along_column.startswith(own)
    else:
        medial_and_down = {"F": own, "H": opposite(own)}.get(along_column[:1])
        suspicious = medial_and_down is not None and medial_and_down in along_column[1:]
    if not suspicious:
        return None
    said, other = ("right_breast", "left_breast") if own == "R" else ("left_breast", "right_breast")
    return Doubt(
        where=image.sop_uid, key="other_breast", words={"said": said, "other": other},
        values={"stated": "\\".join(image.patient_orientation)},
    )  # fmt: skip
