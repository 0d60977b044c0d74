from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.store.builders import (
    PATIENT,
    STUDY,
    file_with,
    final,
    image,
    imported,
    opened,
    released,
    result,
    study,
    with_digest,
)
from workstation.base.errors import BadInputError, StoreError
from workstation.model.codes import Code
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import Digest, FindingID, Patient, SeriesUID, SOPInstanceUID, StudyUID
from workstation.model.problem import ProblemKind
from workstation.model.result import AIResult, Finding
from workstation.model.study import Series, Study
from workstation.store.home import Home
from workstation.store.locks import Stage

READER = "dr.orlova"


def uid(text: str) -> SOPInstanceUID:
    return SOPInstanceUID(text)


@pytest.fixture
def keep(home: Home, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Puts bytes into the archive and gives their digest."""
    return lambda content: home.archive.add(file_with(tmp_path, content))


def test_images_that_come_later_join_their_study(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    home.catalogue.put_study(study("1.2"), {uid("1.2"): keep(b"b")})
    late = replace(
        study(),
        accession="A7",
        series=(Series(series_uid=SeriesUID("9"), modality="MG", images=(image("1.1", series="9"),)),),
    )
    assert home.catalogue.put_study(late, {uid("1.1"): keep(b"a")}) == ()
    there = home.catalogue.study(STUDY)
    assert there is not None
    assert {one.sop_uid for one in there.images} == {"1.1", "1.2"}
    assert there.accession == "A7"
    assert len(there.series) == 2


def test_images_of_one_series_stand_in_their_order(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    for number, name in ((3, "1.3"), (1, "1.1"), (2, "1.2")):
        one = replace(
            study(), series=(Series(series_uid=SeriesUID("9"), modality="CT", images=(image(name, number=number),)),)
        )
        home.catalogue.put_study(one, {uid(name): keep(name.encode())})
    there = home.catalogue.study(STUDY)
    assert there is not None
    assert [one.sop_uid for one in there.images] == ["1.1", "1.2", "1.3"]


def test_the_same_files_again_change_nothing(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    files = {uid("1.1"): keep(b"a"), uid("1.2"): keep(b"b")}
    home.catalogue.put_study(study("1.1", "1.2"), files)
    before = home.catalogue.studies()
    assert home.catalogue.put_study(study("1.1", "1.2"), files) == ()
    assert home.catalogue.studies() == before


def test_another_file_with_the_same_uid_is_kept_and_said_and_does_not_replace(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    first, second = keep(b"first"), keep(b"second")
    home.catalogue.put_study(study("1.1"), {uid("1.1"): first})
    (problem,) = home.catalogue.put_study(study("1.1"), {uid("1.1"): second})
    assert (problem.kind, problem.where) == (ProblemKind.CHANGED_DUPLICATE, "1.1")
    assert home.catalogue.path_of(uid("1.1")) == home.archive.path(first)
    assert set(home.archive.digests()) == {first, second}
    home.catalogue.put_study(study("1.1"), {uid("1.1"): second})
    there = home.catalogue.study(STUDY)
    assert there is not None
    assert [(one.digest, one.problems) for one in there.images] == [(first, (problem,))]


def test_an_image_uid_of_another_study_is_not_shown_in_a_second_one(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    home.catalogue.put_study(study("1.1"), {uid("1.1"): keep(b"first")})
    problems = home.catalogue.put_study(study("1.1", uid="5.5"), {uid("1.1"): keep(b"second")})
    assert [problem.kind for problem in problems] == [ProblemKind.CHANGED_DUPLICATE]
    assert home.catalogue.study(StudyUID("5.5")) is None


@pytest.mark.parametrize("stranger", [replace(PATIENT, patient_id="78"), replace(PATIENT, issuer="ELSEWHERE")])
def test_images_of_another_patient_do_not_join_the_study(home: Home, keep, stranger: Patient) -> None:  # type: ignore[no-untyped-def]
    home.catalogue.put_study(study("1.1"), {uid("1.1"): keep(b"a")})
    (problem,) = home.catalogue.put_study(study("1.2", patient=stranger), {uid("1.2"): keep(b"b")})
    assert (problem.kind, problem.where) == (ProblemKind.OTHER_PATIENT, "1.2")
    there = home.catalogue.study(STUDY)
    assert there is not None
    assert [one.sop_uid for one in there.images] == ["1.1"]
    assert home.catalogue.path_of(uid("1.2")) is None


def test_a_study_without_a_kept_file_is_not_listed(home: Home) -> None:
    with pytest.raises(BadInputError, match="digest"):
        home.catalogue.put_study(study("1.1"))
    with pytest.raises(BadInputError, match="digest"):
        home.catalogue.put_result(result("2.1"))


def test_a_result_that_does_not_match_waits_under_unmatched(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    one = result("2.1", ok=False, digest=keep(b"sr"))
    home.catalogue.put_result(one)
    assert home.catalogue.results(STUDY) == ()
    assert home.catalogue.unmatched() == (one,)
    matched = result("2.1", ok=True, digest=one.digest)
    assert home.catalogue.put_result(matched) == ()
    assert home.catalogue.results(STUDY) == (matched,)
    assert home.catalogue.unmatched() == ()


def test_all_results_of_a_study_are_those_that_name_it_matched_or_not(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    for number, (ok, of) in enumerate([(True, STUDY), (False, STUDY), (False, "5.5")]):
        home.catalogue.put_result(result(f"2.{number}", ok=ok, uid=of, digest=keep(str(number).encode())))
    assert {one.sr_uid for one in home.catalogue.all_results(STUDY)} == {"2.0", "2.1"}
    assert len(home.catalogue.all_results()) == 3


def test_a_result_with_the_same_uid_and_other_bytes_does_not_replace(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    one = result("2.1", digest=keep(b"sr"))
    home.catalogue.put_result(one)
    (problem,) = home.catalogue.put_result(replace(one, warning="other"), keep(b"another"))
    assert problem.kind is ProblemKind.CHANGED_DUPLICATE
    assert home.catalogue.results(STUDY) == (one,)


def test_a_result_with_impossible_coordinates_is_kept_as_it_is(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    mark = Mark(sop_uid=uid("1.1"), shape=Shape.POINT, points=((math.nan, math.inf),))
    finding = Finding(
        finding_id=FindingID("2.1#1"), node="1", kind=Code(value="1", scheme="X", meaning="m"), marks=(mark,)
    )
    home.catalogue.put_result(replace(result("2.1", digest=keep(b"sr")), findings=(finding,)))
    ((there,),) = (one.findings for one in home.catalogue.results(STUDY))
    column, row = there.marks[0].points[0]
    assert math.isnan(column)
    assert math.isinf(row)


def test_priors_are_earlier_studies_of_the_same_patient_newest_first(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    now = study("1.1", on=datetime(2026, 3, 1, 9, 0))
    others = {
        "2024": study("2.1", uid="2024", on=datetime(2024, 3, 1)),
        "2025": study("3.1", uid="2025", on=datetime(2025, 3, 1)),
        "same day": study("4.1", uid="same day", on=datetime(2026, 3, 1, 8, 0)),
        "later": study("5.1", uid="later", on=datetime(2026, 4, 1)),
        "stranger": study("6.1", uid="stranger", on=datetime(2024, 3, 1), patient=replace(PATIENT, patient_id="78")),
        "other issuer": study(
            "7.1", uid="other issuer", on=datetime(2024, 3, 1), patient=replace(PATIENT, issuer=None)
        ),
    }
    for one in (now, *others.values()):
        (only,) = one.images
        home.catalogue.put_study(one, {only.sop_uid: keep(only.sop_uid.encode())})
    assert [one.study_uid for one in home.catalogue.priors(now)] == ["2025", "2024"]


def test_without_an_id_or_a_date_there_are_no_priors(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    nameless = Patient(patient_id="", name="")
    home.catalogue.put_study(study("1.1", patient=nameless, on=datetime(2020, 1, 1)), {uid("1.1"): keep(b"a")})
    assert home.catalogue.priors(study("1.2", uid="8", patient=nameless)) == ()
    assert home.catalogue.priors(replace(study("1.2", uid="8"), performed_at=None)) == ()


def test_studies_stand_newest_first(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    for year in (2024, 2026, 2025):
        home.catalogue.put_study(
            study(f"{year}.1", uid=str(year), on=datetime(year, 1, 1)), {uid(f"{year}.1"): keep(b"%d" % year)}
        )
    assert [one.study_uid for one in home.catalogue.studies()] == ["2026", "2025", "2024"]


def test_every_file_of_a_study_is_found_for_export(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    digests = {uid("1.1"): keep(b"image"), uid("2.1"): keep(b"sr"), uid("3.1"): keep(b"gsps")}
    home.catalogue.put_study(study("1.1"), {uid("1.1"): digests[uid("1.1")]})
    home.catalogue.put_result(result("2.1", ok=False), digests[uid("2.1")])
    home.catalogue.put_other(uid("3.1"), STUDY, digests[uid("3.1")])
    assert home.catalogue.files(STUDY) == digests
    assert home.catalogue.path_of(uid("3.1")) == home.archive.path(digests[uid("3.1")])


def test_the_reading_state_follows_the_journal(home: Home) -> None:
    states = [home.catalogue.reading(STUDY)]
    for fact in (opened(), released(), opened(), final()):
        home.journal.append(fact, reader=READER)
        states.append(home.catalogue.reading(STUDY))
    assert [state.stage for state in states] == [
        Stage.NEW, Stage.IN_READING, Stage.IN_READING, Stage.IN_READING, Stage.FINAL,
    ]  # fmt: skip
    assert [state.lock is not None for state in states] == [False, True, False, True, False]


def test_what_a_killed_import_left_out_is_listed_at_the_next_start(folder: Path, tmp_path: Path) -> None:
    with Home.open(folder) as home:
        digest = home.archive.add(file_with(tmp_path, b"image"))
        home.journal.append(imported(folder, "1.1", digest), reader="system")
        assert home.catalogue.unlisted() == (digest,)

    def read(paths: tuple[Path, ...]) -> tuple[list[Study], list[AIResult]]:
        assert [path.stem for path in paths] == [digest]
        return [with_digest(study("1.1"), digest)], []

    with Home.open(folder, read_files=read) as home:
        assert home.catalogue.study(STUDY) is not None
        assert home.catalogue.unlisted() == ()


def test_a_file_that_cannot_be_read_any_more_is_tried_once(folder: Path, tmp_path: Path) -> None:
    with Home.open(folder) as home:
        digest = home.archive.add(file_with(tmp_path, b"strange"))
        home.journal.append(imported(folder, "1.1", digest), reader="system")
    with Home.open(folder, read_files=lambda _paths: ((), ())) as home:
        assert home.catalogue.unlisted() == ()
        assert home.catalogue.path_of(uid("1.1")) == home.archive.path(digest)


def test_a_superseded_file_that_is_not_read_again_does_not_take_the_place_of_the_first(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    first, second = keep(b"first"), keep(b"second")
    for digest in (first, second):
        home.journal.append(imported(home.path, "1.1", digest), reader="system")
    home.catalogue.rebuild(lambda _paths: ([with_digest(study("1.1"), first)], []))
    assert home.catalogue.unlisted() == ()
    assert home.catalogue.files(STUDY) == {uid("1.1"): first}
    assert home.catalogue.path_of(uid("1.1")) == home.archive.path(first)


def test_a_rebuilt_catalogue_says_the_same(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    first, second, sr = keep(b"first"), keep(b"second"), keep(b"sr")
    by_digest: dict[Digest, Study] = {one: with_digest(study("1.1"), one) for one in (first, second)}
    listed = result("2.1", digest=sr)
    for digest, name in ((second, "1.1"), (first, "1.1"), (sr, "2.1")):
        home.journal.append(imported(home.path, name, digest), reader="system")
    for digest in (second, first):
        home.catalogue.put_study(by_digest[digest])
    home.catalogue.put_result(listed)
    before = home.catalogue.studies(), home.catalogue.results(STUDY), home.catalogue.files(STUDY)
    assert before[0][0].images[0].digest == second

    def read(paths: tuple[Path, ...]) -> tuple[list[Study], list[AIResult]]:
        return [by_digest[Digest(path.stem)] for path in paths if path.stem in by_digest], [listed]

    home.catalogue.rebuild(read)
    assert (home.catalogue.studies(), home.catalogue.results(STUDY), home.catalogue.files(STUDY)) == before


def test_a_rebuild_that_fails_leaves_the_list_as_it_was(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    home.catalogue.put_study(study("1.1"), {uid("1.1"): keep(b"a")})
    with pytest.raises(BadInputError, match="digest"):
        home.catalogue.rebuild(lambda _paths: ([study("1.2")], []))
    there = home.catalogue.study(STUDY)
    assert there is not None
    assert [one.sop_uid for one in there.images] == ["1.1"]


def test_hostile_names_are_kept_as_text(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    name = "'); DROP TABLE studies;--"
    patient = Patient(patient_id=name, name=f"<img src=x>^{name}", issuer=name)
    home.catalogue.put_study(study("../../1", uid=name, patient=patient), {uid("../../1"): keep(b"a")})
    there = home.catalogue.study(StudyUID(name))
    assert there is not None
    assert there.patient == patient
    path = home.catalogue.path_of(uid("../../1"))
    assert path is not None
    assert path.is_relative_to(home.archive.folder)


def test_a_missing_file_is_said(home: Home, keep) -> None:  # type: ignore[no-untyped-def]
    digest = keep(b"a")
    home.catalogue.put_study(study("1.1"), {uid("1.1"): digest})
    home.archive.path(digest).unlink()
    with pytest.raises(StoreError, match="missing"):
        home.catalogue.path_of(uid("1.1"))
