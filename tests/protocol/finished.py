"""A reading with everything in it, ready to be finalised, and a place for its documents."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.reading.builders import REASON, MemoryJournal, circle, finding, image_uid, origins, session
from workstation.base.codec import digest_of
from workstation.base.errors import StoreError
from workstation.model import lexicon
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import Digest
from workstation.model.problem import Problem, ProblemKind
from workstation.model.protocol import FinalProtocol
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Description
from workstation.protocol.finalise import Finalised, finalise
from workstation.reading.session import ReadingSession

ACCEPTED = finding(1, "RCC", "RMLO")
REJECTED = finding(2, "LCC", kind=lexicon.CALCIFICATION_CLUSTER)
WITHOUT_MARK = finding(3)
MODIFIED = finding(4, "LMLO", problems=(Problem(kind=ProblemKind.SIDE_CONTRADICTION, where="4", message="side"),))
OUTLINE = Mark(sop_uid=image_uid("LMLO"), shape=Shape.POLYGON, points=((1.0, 1.0), (20.5, 5.25), (10.0, 30.0)))
CHANGES = Description(kind=lexicon.DISTORTION, size_mm=7.5, assessment=BiRads.B4B, marks=(OUTLINE,))


@dataclass
class Shelf:
    """The documents' door on a folder. `room` is how many documents it still takes."""

    folder: Path
    room: int = 100
    kept: list[Path] = field(default_factory=list)

    def add(self, path: Path) -> Digest:
        if len(self.kept) >= self.room:
            raise StoreError("not saved: the disk is full")
        self.kept.append(Path(shutil.copy(path, self.folder / path.name)))
        return Digest(digest_of(path.read_bytes()))

    def path(self, digest: Digest) -> Path | None:
        return next((path for path in self.kept if digest_of(path.read_bytes()) == digest), None)


def assess(reading: ReadingSession) -> ReadingSession:
    for side, category in ((Laterality.RIGHT, BiRads.B4A), (Laterality.LEFT, BiRads.B2)):
        reading.assess_birads(side, category)
        reading.assess_density(side, Density.B)
    return reading


def complete(
    journal: MemoryJournal | None = None, language: str = "en", reader: str = "Петрова^Анна"
) -> ReadingSession:
    """One finding accepted, one rejected, one modified, one without a mark accepted, one added."""
    reading = session(
        ACCEPTED, REJECTED, WITHOUT_MARK, MODIFIED, journal=journal, language=language, reader=reader
    )  # fmt: skip
    reading.accept(ACCEPTED.finding_id)
    reading.reject(REJECTED.finding_id, REASON, comment="calcified artery")
    reading.accept(WITHOUT_MARK.finding_id)
    reading.modify(MODIFIED.finding_id, CHANGES, acknowledged=("laterality",))
    reading.add_finding(lexicon.FOCAL_ASYMMETRY, (circle("LCC"),))
    return assess(reading)


def draw(protocol: FinalProtocol, path: Path) -> None:
    """Stands for the window's PDF writer."""
    path.write_bytes(b"%PDF-1.7 " + protocol.draft.plain_text().encode())


def finish(reading: ReadingSession, shelf: Shelf) -> Finalised:
    return finalise(reading, reading.context, write_pdf=draw, documents=shelf, origins=origins())
