"""The composition root: one home, one reader, all rooms. What the window and the command line work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from workstation.base.clock import Origins
from workstation.base.errors import StoreError
from workstation.base.jobs import Job
from workstation.base.workers import WorkerPool
from workstation.dicom.pixels import Frame, FrameLoader
from workstation.intake import ImportReport, keep, matched, taken_in
from workstation.model.facts import DocumentRef
from workstation.model.identity import FindingID, ReadingID, SOPInstanceUID, StudyUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.protocol import Draft, FinalProtocol, Missing, Sentence
from workstation.model.result import AIResult, Author
from workstation.model.study import Study
from workstation.overlays.current import current_results
from workstation.overlays.host import OverlayHost
from workstation.overlays.pairing import with_overlay_series
from workstation.preparing import FrameFile, Preparing
from workstation.protocol.checks import missing, untold
from workstation.protocol.draft import draft
from workstation.protocol.finalise import Finalised, finalise, read_final
from workstation.reading.context import ReadingContext
from workstation.reading.hanging_protocols import read_protocols
from workstation.reading.opening import Material, open_reading, readings_of
from workstation.reading.policy import programme_for
from workstation.reading.session import ReadingSession
from workstation.reading.state import ReadingState
from workstation.reading.worklist import ReadingProgress, Worklist, WorklistRow
from workstation.store.documents import Documents
from workstation.store.export import Exported, document_path, export_study
from workstation.store.home import Home
from workstation.store.prepared import PreparedFrames
from workstation.store.verify import VerifyReport, verify

WritePdf = Callable[[FinalProtocol, Path], None]
"""Writes a final protocol as PDF; comes from `ui`, since the core has no fonts."""


@dataclass(slots=True)
class OpenReading:
    """A study being read: what it is about, and the acts on it."""

    session: ReadingSession
    documents: Documents
    _drafted: tuple[ReadingState, Draft] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def context(self) -> ReadingContext:
        """The immutable context that every pane is driven by (R1)."""
        return self.session.context

    def draft(self) -> Draft:
        """The protocol as verdicts and edits make it now; once final, exactly as it was signed (S6).

        Written once for each state of the reading, however often a refresh of the window asks.
        """
        state = self.session.state
        if self._drafted is None or self._drafted[0] is not state:
            self._drafted = (state, self._draft_of(state))
        return self._drafted[1]

    def _draft_of(self, state: ReadingState) -> Draft:
        if state.final is not None:
            return read_final(state.final, self.documents).draft
        return draft(self.context, state, state.language)

    def missing(self, language: str | None = None) -> tuple[Missing, ...]:
        """What stands between this reading and finalising, in words of `language`; nothing, once it is final."""
        if self.session.state.final is not None:
            return ()
        return missing(self.context, self.session.state, self.draft(), language)

    def untold(self) -> tuple[Sentence, ...]:
        """The sentences of findings that the doctor deleted, as drafted; none, once it is final."""
        if self.session.state.final is not None:
            return ()
        return untold(self.context, self.session.state, self.draft())

    def edit(self, sentence_id: str, text: str) -> ReadingState:
        """The doctor's words in place of the sentence as it stands now; "" deletes it."""
        drafted = next((s.drafted or s.text for s in self.draft().sentences if s.sentence_id == sentence_id), "")
        return self.session.edit_sentence(sentence_id, drafted=drafted, text=text)


class Workstation:
    """Everything the program can do, for one reader on one home. Close it, or use it as a context manager."""

    def __init__(self, home: Home, *, pool: WorkerPool, reader: str, language: str, write_pdf: WritePdf,
                 origins: Origins) -> None:  # fmt: skip
        self.home = home
        self.reader = reader
        self.language = language
        self._write_pdf = write_pdf
        self._origins = origins
        self._pool = pool
        self._host = OverlayHost(pool)
        self.prepared = PreparedFrames(home.path / "prepared")
        self._frames = FrameLoader(pool, self.prepared)
        self._preparing: Preparing | None = None
        self._reading: StudyUID | None = None
        self._worklist = Worklist(home)
        self._hanging = read_protocols(home.path / "hanging")

    @classmethod
    def open(cls, home: Path, *, reader: str, language: str = "en", write_pdf: WritePdf,
             origins: Origins | None = None, job: Job | None = None) -> Workstation:  # fmt: skip
        """Open the home for one reader.

        Parameters
        ----------
        job : hears of the repair, where the list of studies has to be made anew from the archive.

        Raises
        ------
        CancelledError
            When the job is cancelled; the next start begins the repair again.
        RefusedError
            "home-in-use" when another program works with it.
        StoreError
            When it is damaged; everything is left in place.
        """
        origins = origins or Origins()
        with ExitStack() as undo:
            pool = WorkerPool()
            undo.callback(pool.close)
            host = OverlayHost(pool)
            opened = Home.open(
                home, origins=origins, read_files=lambda paths: _read_again(paths, pool, host, job or Job())
            )
            undo.pop_all()
        return cls(opened, pool=pool, reader=reader, language=language, write_pdf=write_pdf, origins=origins)

    def close(self) -> None:
        """Stop the workers and let the next program have the home."""
        if self._preparing is not None:
            self._preparing.close()
        self._pool.close()
        self._frames.close()
        self.home.close()

    def __enter__(self) -> Workstation:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def prepare_ahead(self) -> Preparing:
        """Decode the pixels of studies that wait to be read behind everything else, from now on and after imports."""
        if self._preparing is None:
            self._preparing = Preparing(self.prepared, self._frames_ahead)
        self._preparing.wake()
        return self._preparing

    def set_language(self, language: str) -> None:
        """Language of texts and of new protocols, "en" or "ru"."""
        self.language = language

    def worklist(self) -> tuple[WorklistRow, ...]:
        """Every study here with its AI results and reading state."""
        return self._worklist.rows()

    def import_paths(self, paths: Sequence[Path], job: Job) -> ImportReport:
        """Take files, folders, ZIPs and DICOMDIRs into the home.

        Raises
        ------
        CancelledError
            When the job is cancelled; what was listed before stays.
        StoreError
            "not saved: ...".
        """
        try:
            with taken_in(paths, self._pool, self._host, job) as intake:
                return keep(intake, self.home, job)
        finally:
            self._wake()

    def problems(self) -> tuple[Problem, ...]:
        """The list that the user sees: what could not be read, and results that belong to no study (S1, S10)."""
        kept = [problem for item in self.home.quarantine.items() for problem in item.problems]
        waiting = [
            Problem(kind=ProblemKind.UNMATCHED, where=result.sr_uid, message="; ".join(result.match.problems))
            for result in self.home.catalogue.unmatched()
        ]
        return (*kept, *waiting, *self._hanging.problems)

    def look_at(self, study_uid: StudyUID) -> ReadingContext:
        """A study as a reader would see it, without taking it to read.

        Raises
        ------
        StoreError
            When no such study is here.
        """
        material = self._material(study_uid)
        return ReadingContext(
            reading_id=ReadingID(""),
            study=material.study,
            policy=programme_for(material.study),
            priors=material.priors,
            results=material.results,
            language=self.language,
            hanging=material.hanging,
        )

    def open_reading(self, study_uid: StudyUID, *, take_over_reason: str | None = None) -> OpenReading:
        """Take the study to read, or go on with an own reading (S8).

        Raises
        ------
        RefusedError
            "locked-by-other" when another reader holds it and no reason to take over is given.
        """
        session = open_reading(
            self.home.journal, self._material(study_uid), reader=self.reader, origins=self._origins,
            language=self.language, take_over=take_over_reason,
        )  # fmt: skip
        self._reading = study_uid
        self._wake()
        return OpenReading(session, self.home.documents)

    def finalise(self, reading: OpenReading) -> Finalised:
        """Freeze the protocol and write its documents.

        Raises
        ------
        RefusedError
            With everything that is missing.
        """
        return finalise(
            reading.session, replace(reading.context, language=self.language), write_pdf=self._write_pdf,
            documents=self.home.documents, origins=self._origins, scratch=self.home.scratch,
        )  # fmt: skip

    def frame(self, sop_uid: SOPInstanceUID, frame: int = 1) -> Future[Frame]:
        """Decode one frame in a worker; the future raises what went wrong."""
        path = self.home.catalogue.path_of(sop_uid)
        if path is None:
            raise StoreError(f"the image {sop_uid} is not here")
        return self._frames.submit(path, frame)

    def next_to_read(self, after: StudyUID) -> StudyUID | None:
        """The next study in the list that nobody has begun, from the top again at the end; None when there is none."""
        rows = self.worklist()
        place = next((number for number, row in enumerate(rows) if row.study_uid == after), -1)
        ahead = (*rows[place + 1 :], *rows[: max(place, 0)])
        return next((row.study_uid for row in ahead if row.progress is ReadingProgress.NEW and row.to_read), None)

    def _wake(self) -> None:
        if self._preparing is not None:
            self._preparing.wake()

    def _frames_ahead(self) -> Iterator[FrameFile]:
        """Of the studies that wait after the one being read, with their priors; first frames of each go first."""
        rows = [row for row in self.worklist() if row.to_read or row.study_uid == self._reading]
        after = next((number for number, row in enumerate(rows, 1) if row.study_uid == self._reading), 0)
        for row in (*rows[after:], *rows[:after]):
            study = self.home.catalogue.study(row.study_uid)
            if study is None:
                continue
            images = [image for one in (study, *self.home.catalogue.priors(study)) for image in one.images]
            paths = [(path, image.frames) for image in images if (path := self.home.catalogue.path_of(image.sop_uid))]
            yield from ((path, 1) for path, _ in paths)
            yield from ((path, frame) for path, frames in paths for frame in range(2, frames + 1))

    def documents_of(self, documents: Iterable[DocumentRef]) -> tuple[tuple[DocumentRef, Path], ...]:
        """Where final documents lie; raises StoreError when one is missing."""
        return tuple((reference, document_path(self.home.documents, reference)) for reference in documents)

    def export(self, study_uid: StudyUID, folder: Path, job: Job | None = None) -> Exported:
        """Copy a study's images, AI results and final documents to a folder; raises as `export_study`."""
        return export_study(self.home, study_uid, folder, job or Job())

    def verify(self, job: Job | None = None) -> VerifyReport:
        """Check the journal's chain, the archive and documents, and the projections."""
        return verify(self.home, job)

    def _material(self, study_uid: StudyUID) -> Material:
        study = self.home.catalogue.study(study_uid)
        if study is None:
            raise StoreError(f"the study {study_uid} is not here; import it first")
        ours = (r for r in self.home.catalogue.results(study_uid) if r.author is not Author.PERSON)
        results = tuple(matched(result, (study,)) for result in ours)
        newest, decided = current_results(results), self._decided(study_uid)
        older = (replace(r, findings=tuple(f for f in r.findings if f.finding_id in decided))
                 for r in results if r not in newest)  # fmt: skip
        current = (*with_overlay_series(newest, study), *(result for result in older if result.findings))
        priors = self.home.catalogue.priors(study)
        return Material(study=study, priors=priors, results=current, hanging=self._hanging.rules)

    def _decided(self, study_uid: StudyUID) -> frozenset[FindingID]:
        """Findings decided on by this reader, or in the final protocol: they stay in sight when newer results come."""
        readings = readings_of(self.home.journal, study_uid)
        seen = (state for state in readings if state.reader == self.reader or state.final)
        return frozenset(finding_id for state in seen for finding_id in state.verdicts)


def _read_again(paths: tuple[Path, ...], pool: WorkerPool, host: OverlayHost, job: Job
                ) -> tuple[Iterable[Study], Iterable[AIResult]]:  # fmt: skip
    """Archived files as studies and results, for a catalogue that has to be made anew."""
    with taken_in(paths, pool, host, job) as intake:
        results = [replace(r, match=matched(r, intake.studies).match) for r in intake.results]
        return intake.studies, results
