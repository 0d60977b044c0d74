"""Rows of the worklist."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.reading.builders import PATIENT, STUDY, finding, result, session, study
from workstation.model.identity import Digest
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import AIResult, Defect, RunStatus, Triage
from workstation.reading.worklist import ChipState, ReadingProgress, chip, row, worklist
from workstation.store.home import Home
from workstation.store.locks import StudyReading

UNREAD = StudyReading(study_uid=STUDY)
DEFECT = (Defect(code="no-version", message="The service does not state its version."),)


def test_a_row_says_which_views_are_there_and_which_are_missing() -> None:
    shown = row(study(("RCC", "RMLO", "LCC")), results=(), priors=1, is_prior=False, reading=UNREAD)
    assert shown.views == ("RCC", "LCC", "RMLO")
    assert shown.missing_views == ("LMLO",)
    assert (shown.priors, shown.modality, shown.progress) == (1, "MG", ReadingProgress.NEW)


def test_the_age_is_the_one_at_the_study() -> None:
    born = replace(PATIENT, birth_date=date(1970, 3, 15))
    shown = row(replace(study(), patient=born), results=(), priors=0, is_prior=False, reading=UNREAD)
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


def test_the_list_follows_the_reading_and_names_who_holds_it(tmp_path: Path) -> None:
    with Home.open(tmp_path / "home") as home:
        home.catalogue.put_study(
            study(), {image.sop_uid: Digest(f"{n:064x}") for n, image in enumerate(study().images)}
        )
        (listed,) = worklist(home)
        assert (listed.progress, listed.reader) == (ReadingProgress.NEW, None)
        reading = session(journal=home.journal, reader="Petrova")
        (listed,) = worklist(home)
        assert (listed.progress, listed.reader) == (ReadingProgress.IN_READING, "Petrova")
        reading.release()
        (listed,) = worklist(home)
        assert (listed.progress, listed.reader) == (ReadingProgress.IN_READING, None)


def test_problems_of_images_and_results_are_counted() -> None:
    trouble = Problem(kind=ProblemKind.LOSSY, where="x", message="lossy")
    given = replace(result(), problems=(trouble,))
    assert row(study(), results=(given,), priors=0, is_prior=False, reading=UNREAD).problems == 1


def test_a_study_that_a_newer_one_is_compared_with_does_not_wait_for_a_reader() -> None:
    kept = row(study(), results=(), priors=0, is_prior=True, reading=UNREAD)
    assert kept.progress is ReadingProgress.NEW
    assert not kept.to_read
    assert replace(kept, is_prior=False).to_read
