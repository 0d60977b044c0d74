"""What a pane says of its image: view, time, technique, and what the reader must know before trusting it (S11)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ui.scene.marks import one_line
from workstation.base.i18n import text
from workstation.model.problem import ProblemKind
from workstation.model.study import Image, Technique
from workstation.reading.hanging import image_label
from workstation.reading.orientation import Doubt
from workstation.reading.special import remarks_in_words

LONGEST_WARNING = 240
METALS = {
    "TUNGSTEN": "W", "MOLYBDENUM": "Mo", "RHODIUM": "Rh", "SILVER": "Ag", "ALUMINUM": "Al", "ALUMINIUM": "Al",
    "COPPER": "Cu", "TITANIUM": "Ti",
}  # fmt: skip
"""Anode Target Material (0018,1191) and Filter Material (0018,7050) as readers write them."""
_SAID_OTHERWISE = (ProblemKind.LOSSY, ProblemKind.NOT_FOR_PRESENTATION, ProblemKind.DUPLICATE)


class Tone(StrEnum):
    """How loud a line is."""

    TITLE = "title"
    QUIET = "quiet"
    AMBER = "amber"
    RED = "red"


class Detail(StrEnum):
    """How much a pane says of its image. Name, directions and warnings always stand there."""

    FULL = "full"
    SHORT = "short"
    NONE = "none"

    @property
    def less(self) -> Detail:
        """The next level down, the highest after the lowest."""
        return {Detail.FULL: Detail.SHORT, Detail.SHORT: Detail.NONE, Detail.NONE: Detail.FULL}[self]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text on an image."""

    text: str
    tone: Tone = Tone.QUIET


def image_lines(
    image: Image, label: str, counter: tuple[int, int] | None, language: str, detail: Detail = Detail.FULL
) -> tuple[Line, ...]:
    """View, time of acquisition, technique and equipment; each line only as far as `detail` goes and the header knows.

    The number of a frame that is leafed to always stands there.
    """
    taken = image.acquired_at or image.content_at
    lines = [Line(one_line(label or image_label(image)), Tone.TITLE)]
    if taken and detail is not Detail.NONE:
        lines.append(Line(f"{taken:%d.%m.%Y %H:%M:%S}"))
    if detail is not Detail.NONE:
        lines += [Line(words) for words in technique_lines(image.technique, language)]
    if detail is Detail.FULL:
        lines += [Line(words) for words in equipment_lines(image.technique)]
    if counter is not None:
        lines.append(Line(text("scene.frame", language, number=counter[0], total=counter[1])))
    return tuple(lines)


def technique_lines(technique: Technique, language: str) -> tuple[str, ...]:
    """Such as "29 kV 63 mAs W/Rh" and "54 mm 82 N AGD 1.4 mGy"; what is not stated is left out."""

    def part(key: str, value: float | None, form: str) -> str:
        return text(f"scene.units.{key}", language, value=format(value, form)) if value is not None else ""

    metals = [one_line(metal) for metal in (technique.target, technique.filter_material) if metal]
    anode = "/".join(METALS.get(metal.upper(), metal) for metal in metals)
    exposure = (part("kv", technique.kvp, ".0f"), part("mas", technique.exposure_mas, ".0f"), anode)
    breast = (
        part("mm", technique.thickness_mm, ".0f"),
        part("n", technique.compression_n, ".0f"),
        part("dose", technique.organ_dose_mgy, ".1f"),
        part("angle", technique.angle_deg, ".0f"),
    )
    return tuple(line for line in (" ".join(filter(None, words)) for words in (exposure, breast)) if line)


def equipment_lines(technique: Technique) -> tuple[str, ...]:
    """Maker and model, station and institution, as far as they are stated."""
    maker = " ".join(filter(None, (technique.manufacturer, technique.model)))
    place = " · ".join(filter(None, (technique.station, technique.institution)))
    return tuple(one_line(words) for words in (maker, place) if words)


def pane_warnings(
    image: Image, doubt: Doubt | None, undrawable: int, language: str, *, of_mosaic: bool = False
) -> tuple[Line, ...]:
    """Everything that limits what may be concluded from this image, contradictions in red."""
    lines = []
    if doubt is not None:
        lines.append(Line(doubt.said(language), Tone.RED))
    lines += [
        Line(one_line(words, LONGEST_WARNING), Tone.AMBER)
        for words in remarks_in_words(image, language, of_mosaic=of_mosaic)
    ]
    for problem in image.problems:
        if problem.kind not in _SAID_OTHERWISE:
            lines.append(Line(text(f"problem.{problem.kind.value}.title", language), Tone.AMBER))
    if undrawable:
        lines.append(Line(text("scene.not_drawable", language, count=undrawable), Tone.AMBER))
    return tuple(dict.fromkeys(lines))
