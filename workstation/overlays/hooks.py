"""What a vendor implements so that Diptych shows its results: one hook, one small class.

A plugin is a distribution with an entry point in the group `diptych.overlays`::

    [project.entry-points."diptych.overlays"]
    acme = "acme_overlay.plugin"

whose object (a module or an instance) implements the hook::

    from workstation.overlays.hooks import hookimpl

    @hookimpl
    def diptych_overlay_readers():
        return [AcmeReader()]

The reader describes, the host draws. It runs in a worker process with limits on time and memory and gets plain frozen
objects, never a file, a Dataset or a widget. What it returns is checked field by field before anything of it is shown;
if it raises, hangs or answers nonsense, the result is listed as failed and the reason is shown (S10). A reader never
infers "normal" from absence: it sets `Triage.NORMAL` only where the service says so (R7).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import pluggy

from workstation.dicom.sr_document import SRDocument, SRHeader
from workstation.model.result import AIResult, Finding

PROJECT = "diptych"
ENTRY_POINT_GROUP = "diptych.overlays"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """How sure a reader is that a report is its own.

    Attributes
    ----------
    confidence : 0 (not mine) to 1 (certainly mine). The built-in readers answer at most 0.6, so that a vendor's reader
        that knows its own service wins with anything above.
    reason : one short sentence for the log and the problem list.
    """

    confidence: float
    reason: str


class ColourRole(StrEnum):
    """What a mark's colour means; the theme gives the colour itself."""

    FINDING = "finding"
    SUSPICIOUS = "suspicious"
    OPTIONAL = "optional"


class Glyph(StrEnum):
    """Sign at the centre of a finding; the habit of mammography CAD is a triangle for calcifications."""

    TRIANGLE = "triangle"
    CIRCLE = "circle"
    SQUARE = "square"
    CROSS = "cross"


class Line(StrEnum):
    """How an outline is drawn."""

    SOLID = "solid"
    DASHED = "dashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkStyle:
    """How a finding's marks look, as plain data: the host draws."""

    colour: ColourRole = ColourRole.FINDING
    glyph: Glyph = Glyph.CROSS
    line: Line = Line.SOLID


@runtime_checkable
class OverlayReader(Protocol):
    """Reads the reports of one format or of one service."""

    @property
    def name(self) -> str:
        """Short stable name, lower case with dashes; it is kept with every result that the reader made."""

    def recognises(self, header: SRHeader) -> Recognition:
        """Say how sure the reader is that it can read this report. Fast, and without side effects."""

    def read(self, document: SRDocument) -> AIResult:
        """Say what the report says, no more.

        Findings in document order, marks in pixels of the image that each one references, what cannot be expressed as
        a `Problem` on its finding. `match` is left alone: the host compares the result with the study.
        """

    def style(self, finding: Finding) -> MarkStyle:
        """Say how the finding's marks look."""


class OverlayHooks:
    """The hooks of project `diptych`."""

    @hookspec
    def diptych_overlay_readers(self) -> list[OverlayReader]:  # type: ignore[empty-body]
        """Return the readers that this plugin brings."""
