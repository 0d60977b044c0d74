"""Rows of the worklist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from unittest import mock

import pytest

from tests.reading.builders import PATIENT, START, STUDY, finding, result, session, study
from workstation.base.codec import digest_of
from workstation.model.identity import Digest, SOPInstanceUID, StudyUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import AIResult, Defect, RunStatus, Triage
from workstation.model.study import Study
from workstation.reading.worklist import ChipState, ReadingProgress, Worklist, chip, row
from workstation.store.home import Home

DEFECT = (Defect(code="no-version", message="The service does not state its version."),)


def test_a_row_says_which_views_are_there_and_which_are_missing() -> None:
    shown = row(study(("RCC", "RMLO", "LCC")), results=(), priors=1, is_prior=False)
    assert shown.views == ("RCC", "LCC", "RMLO")
    assert shown.missing_views == ("LMLO",)
    assert shown.accession == "A-17"
    assert (shown.priors, shown.modality, shown.progress) == (1, "MG", ReadingProgress.NEW)


def test_the_age_is_the_one_at_the_study() -> None:
    born = replace(PATIENT, birth_date=date(1970, 3, 15))
    shown = row(replace(study(), patient=born), results=(), priors=0, is_prior=False)
    assert shown.age == 55


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"triage": Triage.NORMAL}, ChipState.NORMAL),
        ({"triage": Triage.PATHOLOGY, "defects": DEFECT}, ChipState.PATHOLOGY),
        ({"triage": Triage.NORMAL, "defects": DEFECT}, ChipState.DEFECT),
        ({"triage": Triage.NORMAL, "run_status": RunStatus.FAILED}, ChipState.FAILED),
        ({}, ChipState.UNDETERMINED),
    ],
)
def test_a_chip_never_says_normal_of_a_doubtful_result(changed: dict[str, object], expected: ChipState) -> None:
    given: AIResult = replace(result(finding(1, "RCC")), **changed)  # type: ignore[arg-type]
    assert chip(given).state is expected


def test_a_result_that_does_not_match_is_a_defect_whatever_it_says() -> None:
    given = replace(result(matched=False), triage=Triage.PATHOLOGY)
    assert chip(given).state is ChipState.DEFECT


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home that lists one study."""
    with Home.open(tmp_path / "home") as opened:
        keep(opened, study())
        yield opened


def keep(home: Home, one: Study) -> None:
    home.catalogue.put_study(one, {image.sop_uid: Digest(digest_of(image.sop_uid.encode())) for image in one.images})


def of_another_day(uid: str, day: datetime, **patient: str | None) -> Study:
    """A study of the same patient, or of one who differs in `patient`."""
    (series,) = study().series
    renamed = (replace(image, sop_uid=SOPInstanceUID(f"{uid}.{image.sop_uid}")) for image in series.images)
    return replace(study(), study_uid=StudyUID(uid), performed_at=day, series=(replace(series, images=tuple(renamed)),),
                   patient=replace(PATIENT, **patient))  # type: ignore[arg-type]  # fmt: skip


def test_the_list_follows_the_reading_and_names_who_holds_it(home: Home) -> None:
    listed_now = Worklist(home).rows
    (listed,) = listed_now()
    assert (listed.progress, listed.reader) == (ReadingProgress.NEW, None)
    reading = session(journal=home.journal, reader="Petrova")
    (listed,) = listed_now()
    assert (listed.progress, listed.reader) == (ReadingProgress.IN_READING, "Petrova")
    reading.release()
    (listed,) = listed_now()
    assert (listed.progress, listed.reader) == (ReadingProgress.IN_READING, None)


def test_a_result_that_comes_while_the_list_is_open_is_in_it(home: Home) -> None:
    listed_now = Worklist(home).rows
    assert listed_now()[0].chips == ()
    home.catalogue.put_result(result(finding(1, "RCC")), Digest(f"{99:064x}"))
    assert [chip.service for chip in listed_now()[0].chips] == ["Mammolux"]


def test_priors_in_the_list_are_those_that_the_reading_compares_with(home: Home) -> None:
    keep(home, of_another_day("1.9.1", datetime(2024, 5, 1)))
    keep(home, of_another_day("1.9.2", START))
    keep(home, of_another_day("1.9.3", datetime(2024, 5, 1), issuer="another hospital"))
    keep(home, of_another_day("1.9.4", datetime(2024, 5, 1), patient_id=""))
    listed = {row.study_uid: row for row in Worklist(home).rows()}
    found = {one.study_uid: len(home.catalogue.priors(one)) for one in home.catalogue.studies()}
    assert {uid: row.priors for uid, row in listed.items()} == found
    assert found[STUDY] == 1
    assert [uid for uid, row in listed.items() if row.is_prior] == ["1.9.1"]


def test_the_list_asks_the_database_as_often_for_many_studies_as_for_one(home: Home) -> None:
    def questions() -> int:
        with mock.patch.object(home.catalogue._database, "read", wraps=home.catalogue._database.read) as read:
            Worklist(home).rows()
        return read.call_count

    of_one = questions()
    for n in range(20):
        keep(home, of_another_day(f"1.9.{n}", datetime(2024, 5, 1 + n)))
    assert questions() == of_one


def test_problems_of_images_and_results_are_counted() -> None:
    trouble = Problem(kind=ProblemKind.LOSSY, where="x", message="lossy")
    given = replace(result(), problems=(trouble,))
    assert row(study(), results=(given,), priors=0, is_prior=False).problems == 1


def test_a_study_that_a_newer_one_is_compared_with_does_not_wait_for_a_reader() -> None:
    kept = row(study(), results=(), priors=0, is_prior=True)
    assert kept.progress is ReadingProgress.NEW
    assert not kept.to_read
    assert replace(kept, is_prior=False).to_read
