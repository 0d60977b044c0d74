"""The verdict report, judged by dciodvfy, dsrdump and a reader made of pydicom alone."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pydicom
import pytest

from tests.protocol.finished import ACCEPTED, MODIFIED, OUTLINE, REJECTED, WITHOUT_MARK, complete
from tests.reading.builders import REASON, image_uid, origins, session, study
from workstation.dicom.writers.report_common import Signature, Written
from workstation.dicom.writers.verdict_sr import AddedFinding, write_verdicts
from workstation.model.identity import SOPInstanceUID
from workstation.protocol.finalise import given_verdicts
from workstation.reading.session import ReadingSession

SIGNED = Signature(
    reader="Петрова^Анна", organization="Городская больница № 1", at=datetime(2026, 3, 14, 9, 5, tzinfo=UTC)
)
COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"


@dataclass(frozen=True)
class ReadBack:
    """One verdict as pydicom reads it."""

    reader: str
    tracking_uid: str
    decision: str
    reason: str | None
    comment: str | None
    kind: str
    side: str | None
    at: datetime
    ai_report: str | None
    regions: tuple[tuple[str, tuple[float, ...], str], ...]


def read_verdicts(path: Path) -> list[ReadBack]:
    report = pydicom.dcmread(path)
    reader = str(report.VerifyingObserverSequence[0].VerifyingObserverName)
    (measurements,) = [item for item in report.ContentSequence if name_of(item) == "126010"]
    return [read_group(group, reader) for group in measurements.ContentSequence]


def name_of(item: pydicom.Dataset) -> str:
    return str(item.ConceptNameCodeSequence[0].CodeValue)


def code_of(item: pydicom.Dataset) -> str:
    return str(item.ConceptCodeSequence[0].CodeValue)


def read_group(group: pydicom.Dataset, reader: str) -> ReadBack:
    by_name = {name_of(item): item for item in group.ContentSequence}
    site = by_name.get("363698007")
    return ReadBack(
        reader=reader,
        tracking_uid=str(by_name["112040"].UID),
        decision=code_of(by_name["VERDICT"]),
        reason=code_of(by_name["VERDICT-REASON"]) if "VERDICT-REASON" in by_name else None,
        comment=str(by_name["121106"].TextValue) if "121106" in by_name else None,
        kind=code_of(by_name["121071"]),
        side=code_of(site.ContentSequence[0]) if site and "ContentSequence" in site else None,
        at=datetime.strptime(group.ObservationDateTime, "%Y%m%d%H%M%S.%f%z"),
        ai_report=str(by_name["AI-RESULT"].ReferencedSOPSequence[0].ReferencedSOPInstanceUID)
        if "AI-RESULT" in by_name
        else None,
        regions=tuple(read_region(item) for item in group.ContentSequence if item.ValueType == "SCOORD"),
    )


def read_region(item: pydicom.Dataset) -> tuple[str, tuple[float, ...], str]:
    image = item.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID
    return item.GraphicType, tuple(float(value) for value in item.GraphicData), str(image)


def write(reading: ReadingSession, path: Path, signature: Signature = SIGNED) -> Written:
    state = reading.state
    return write_verdicts(
        path,
        study=reading.context.study,
        verdicts=given_verdicts(reading.context, state),
        added=[AddedFinding(finding=own, at=state.decided_at[own.finding_id]) for own in state.added.values()],
        sop_uid=SOPInstanceUID("2.25.77"),
        language=state.language,
        procedure=reading.context.policy.procedure,
        organ=reading.context.policy.organ,
        signature=signature,
        origins=origins(),
    )


def complaints(path: Path) -> list[str]:
    """What the two judges hold against a file."""
    lines: list[str] = []
    for tool in ("/usr/bin/dciodvfy", "/usr/bin/dsrdump"):
        run = subprocess.run([tool, str(path)], capture_output=True, check=False)
        said = (run.stdout + run.stderr).decode(errors="replace").splitlines()
        lines += [line for line in said if line.startswith(("Error", "E:", "F:"))]
        lines += [f"{tool} ended with {run.returncode}"] if run.returncode else []
    return lines


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return write(complete(), tmp_path / "verdicts.dcm")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_judges_find_no_error(tmp_path: Path, language: str) -> None:
    assert complaints(write(complete(language=language), tmp_path / "v.dcm").path) == []


def test_every_verdict_is_read_back_with_reader_time_reason_and_tracking_uid(tmp_path: Path) -> None:
    reading = complete()
    back = {one.tracking_uid: one for one in read_verdicts(write(reading, tmp_path / "v.dcm").path)}
    assert {uid: one.decision for uid, one in back.items() if one.ai_report} == {
        ACCEPTED.tracking_uid: "ACCEPT",
        REJECTED.tracking_uid: "REJECT",
        WITHOUT_MARK.tracking_uid: "ACCEPT",
        MODIFIED.tracking_uid: "MODIFY",
    }
    rejected = back[str(REJECTED.tracking_uid)]
    assert (rejected.reason, rejected.comment) == (REASON.value, "calcified artery")
    assert {one.reader for one in back.values()} == {"Петрова^Анна"}
    for finding in (ACCEPTED, REJECTED, WITHOUT_MARK, MODIFIED):
        assert back[str(finding.tracking_uid)].at == reading.state.decided_at[finding.finding_id]


def test_an_accepted_finding_keeps_the_ai_s_marks_and_a_modified_one_has_the_doctor_s(written: Written) -> None:
    back = {one.tracking_uid: one for one in read_verdicts(written.path)}
    accepted, modified = back[str(ACCEPTED.tracking_uid)], back[str(MODIFIED.tracking_uid)]
    assert [region[2] for region in accepted.regions] == [image_uid("RCC"), image_uid("RMLO")]
    assert accepted.regions[0][:2] == ("CIRCLE", (500.0, 800.0, 560.0, 800.0))
    ((kind, data, image),) = modified.regions
    assert (kind, image) == ("POLYLINE", image_uid("LMLO"))
    assert data == (*(value for point in OUTLINE.points for value in point), *OUTLINE.points[0])
    assert modified.kind == "129792006"


def test_a_finding_without_a_mark_is_in_the_report_too(written: Written) -> None:
    back = {one.tracking_uid: one for one in read_verdicts(written.path)}
    assert back[str(WITHOUT_MARK.tracking_uid)].regions == ()


def test_the_reader_s_own_finding_is_told_as_added(written: Written) -> None:
    (added,) = [one for one in read_verdicts(written.path) if one.ai_report is None]
    assert (added.decision, added.side) == ("ADD", "7771000")


def test_the_ai_s_report_and_the_images_are_evidence(written: Written) -> None:
    report = pydicom.dcmread(written.path)
    assert report.SOPClassUID == COMPREHENSIVE_SR
    cited = {
        str(instance.ReferencedSOPInstanceUID)
        for of_study in report.CurrentRequestedProcedureEvidenceSequence
        for series in of_study.ReferencedSeriesSequence
        for instance in series.ReferencedSOPSequence
    }
    assert cited == {"2.25.5001", *(str(image.sop_uid) for image in study().images)}


def test_an_ai_report_whose_class_is_not_known_is_named_by_its_uid(tmp_path: Path) -> None:
    reading = complete()
    bare = tuple(replace(one, sr_series_uid=None, sr_class_uid=None) for one in reading.context.results)
    reading.context = replace(reading.context, results=bare)
    path = write(reading, tmp_path / "v.dcm").path
    assert complaints(path) == []
    items = [
        item for group in pydicom.dcmread(path).ContentSequence[-1].ContentSequence for item in group.ContentSequence
    ]
    assert {str(item.UID) for item in items if name_of(item) == "AI-RESULT"} == {"2.25.5001"}


def test_a_reading_without_any_finding_still_makes_a_report(tmp_path: Path) -> None:
    written = write(session(), tmp_path / "v.dcm")
    assert complaints(written.path) == []


def test_awkward_words_do_not_break_the_report(tmp_path: Path) -> None:
    reading = session(REJECTED)
    reading.reject(REJECTED.finding_id, REASON, comment="two\nlines\x00 and a \\ and ümläut ✓")
    signature = replace(
        SIGNED, reader="O'Neil\\A=B" + "x" * 100, at=datetime(2026, 3, 14, tzinfo=timezone(timedelta(hours=3)))
    )
    path = write(reading, tmp_path / "v.dcm", signature).path
    assert complaints(path) == []
    (back,) = read_verdicts(path)
    assert back.comment == "two\nlines and a \\ and ümläut ✓"
