"""Small studies, results and facts for the tests of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from hypothesis import strategies as st

from workstation.base.codec import digest_of
from workstation.model.facts import (
    ActUndone,
    BiRadsAssessed,
    DensityAssessed,
    DocumentRef,
    Fact,
    FindingAdded,
    FindingRemoved,
    LanguageChosen,
    LockTakenOver,
    ObjectImported,
    OpinionAssessed,
    ProtocolFinalised,
    ReadingOpened,
    ReadingReleased,
    SentenceEdited,
    SentenceInserted,
    SentenceKept,
    VerdictRecorded,
)
from workstation.model.geometry import Mark
from workstation.model.identity import Digest, Patient, ReadingID, SeriesUID, SOPInstanceUID, StudyUID
from workstation.model.result import AIResult, Author, Match
from workstation.model.study import Image, Series, Study
from workstation.model.verdict import Description, Opinion, ReaderFinding, Verdict

STUDY = StudyUID("1.2.3")
READING = ReadingID("reading-1")
PATIENT = Patient(patient_id="77", name="Ivanova^Anna", issuer="CITY")


def image(sop_uid: str, *, number: int | None = None, series: str = "1.2.3.1") -> Image:
    return Image(
        sop_uid=SOPInstanceUID(sop_uid), sop_class_uid="1.2.840.10008.5.1.4.1.1.1.2", series_uid=SeriesUID(series),
        modality="MG", rows=40, columns=30, instance_number=number,
    )  # fmt: skip


def study(*sop_uids: str, uid: str = STUDY, patient: Patient = PATIENT, on: datetime | None = None) -> Study:
    images = tuple(image(sop_uid, number=number) for number, sop_uid in enumerate(sop_uids, start=1))
    return Study(
        study_uid=StudyUID(uid), patient=patient, performed_at=on or datetime(2026, 3, 1, 9, 30),
        series=(Series(series_uid=SeriesUID("1.2.3.1"), modality="MG", number=1, images=images),) if images else (),
    )  # fmt: skip


def result(sr_uid: str, *, ok: bool = True, uid: str = STUDY, digest: Digest | None = None) -> AIResult:
    match = Match(ok=ok, problems=() if ok else ("it names a study that is not here",))
    return AIResult(
        sr_uid=SOPInstanceUID(sr_uid), study_uid=StudyUID(uid), patient=PATIENT, author=Author.DEVICE, reader="test",
        digest=digest, match=match,
    )  # fmt: skip


def opened(study_uid: str = STUDY, reading_id: str = READING) -> ReadingOpened:
    return ReadingOpened(
        reading_id=ReadingID(reading_id), study_uid=StudyUID(study_uid), language="en", images=(), results=()
    )


def opinion(reading_id: str = READING, value: Opinion = Opinion.NORMAL) -> OpinionAssessed:
    return OpinionAssessed(reading_id=ReadingID(reading_id), opinion=value)


def released(reading_id: str = READING) -> ReadingReleased:
    return ReadingReleased(reading_id=ReadingID(reading_id))


def final(*documents: DocumentRef, reading_id: str = READING, study_uid: str = STUDY) -> ProtocolFinalised:
    return ProtocolFinalised(
        reading_id=ReadingID(reading_id), study_uid=StudyUID(study_uid), protocol_uid=SOPInstanceUID("1.2.9"),
        language="en", text="BI-RADS 1 on both sides.", documents=documents,
    )  # fmt: skip


def imported(path: Path, sop_uid: str, digest: Digest) -> ObjectImported:
    return ObjectImported(study_uid=STUDY, sop_uid=SOPInstanceUID(sop_uid), digest=digest, role="image")


def file_with(folder: Path, content: bytes) -> Path:
    path = folder / f"{digest_of(content)[:12]}.dcm"
    path.write_bytes(content)
    return path


_TEXT = st.text(max_size=40)
_FINITE = st.floats(allow_nan=False, allow_infinity=False)
_POINTS = st.lists(st.tuples(_FINITE, _FINITE), max_size=4).map(tuple)
_MARKS = st.lists(
    st.builds(Mark, points=_POINTS, frame=st.none() | st.integers(1, 9)),
    max_size=2,
).map(tuple)
_DESCRIPTIONS = st.builds(Description, size_mm=st.none() | _FINITE, marks=_MARKS)
_VERDICTS = st.builds(
    Verdict, comment=_TEXT, changes=_DESCRIPTIONS, acknowledged=st.lists(_TEXT, max_size=2).map(tuple)
)
_FINDINGS = st.builds(ReaderFinding, marks=_MARKS, size_mm=st.none() | _FINITE, comment=_TEXT)

FACTS: st.SearchStrategy[Fact] = st.one_of(
    st.builds(VerdictRecorded, verdict=_VERDICTS),
    st.builds(FindingAdded, finding=_FINDINGS),
    *(
        st.builds(kind)
        for kind in (
            ObjectImported, ReadingOpened, LockTakenOver, ReadingReleased, LanguageChosen, FindingRemoved,
            BiRadsAssessed, DensityAssessed, OpinionAssessed, SentenceEdited, SentenceInserted, SentenceKept,
            ActUndone, ProtocolFinalised,
        )
    ),
)  # fmt: skip
"""Any fact with any content."""


@contextmanager
def unprotected(home: Path) -> Iterator[sqlite3.Connection]:
    """The journal's file in the hands of somebody who knows SQLite: triggers away, and back again afterwards."""
    with closing(sqlite3.connect(home / "journal.sqlite")) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()


def with_digest(one: Study, digest: Digest) -> Study:
    """The study with this digest on its only image."""
    (series,) = one.series
    (only,) = series.images
    return replace(one, series=(replace(series, images=(replace(only, digest=digest),)),))
