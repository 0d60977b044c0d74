"""Objects to studies. What contradicts itself is kept apart and said, never merged in silence (S1, R34)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from workstation.dicom.objects import DicomObject
from workstation.model.identity import Patient, SeriesUID, StudyUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.study import Image, Series, Study


def assemble(objects: Iterable[DicomObject]) -> tuple[Study, ...]:
    """Studies with their series and images in reading order, newest study first.

    Objects of one Study Instance UID and different patients make different studies. Of several objects with one
    SOP Instance UID the first is in the study, marked when their contents differ; `conflicts` lists the others.
    """
    found = tuple(objects)
    changed = {first.sop_uid for first, _ in _changed(found)}
    groups: dict[tuple[StudyUID, tuple[str, ...]], list[DicomObject]] = {}
    for item in _firsts(found):
        marked = _marked(item) if item.sop_uid in changed else item
        groups.setdefault((item.study.study_uid, _identity(item.study.patient)), []).append(marked)
    studies = (_study(group) for group in groups.values())
    return tuple(sorted(studies, key=lambda study: str(study.performed_at or ""), reverse=True))


def conflicts(objects: Iterable[DicomObject]) -> tuple[Problem, ...]:
    """Every object that `assemble` does not show, and every contradiction between objects, one problem each."""
    found = tuple(objects)
    return (*_duplicates(found), *_patients(found))


def _duplicates(objects: tuple[DicomObject, ...]) -> Iterator[Problem]:
    firsts = {item.sop_uid: item for item in reversed(objects)}
    for item in objects:
        first = firsts[item.sop_uid]
        if item is not first and item.digest == first.digest:
            message = f"The same object as in {first.path}; it is used once."
            yield Problem(kind=ProblemKind.DUPLICATE, where=item.path, message=message)
    for first, other in _changed(objects):
        message = "Two objects have one SOP Instance UID and different contents: {}. {} Ask the sender which is right."
        used, unused = "This one is shown.", "This one is not shown."
        for item, counterpart, use in ((first, other, used), (other, first, unused)):
            told = message.format(f"the other is {counterpart.path}", use)
            yield Problem(kind=ProblemKind.CHANGED_DUPLICATE, where=item.path, message=told)


def _patients(objects: tuple[DicomObject, ...]) -> Iterator[Problem]:
    by_study = sorted(objects, key=lambda item: item.study.study_uid)
    for study_uid, group in groupby(by_study, key=lambda item: item.study.study_uid):
        patients = {item.study.patient for item in group}
        if len({_identity(patient) for patient in patients}) > 1:
            message = "Objects of one study name different patients; they are kept apart. Settle this before reading."
            yield Problem(kind=ProblemKind.OTHER_PATIENT, where=study_uid, message=message)
        elif len({(_folded(patient), patient.birth_date, patient.sex) for patient in patients}) > 1:
            message = "Objects of one study describe their patient differently (name, birth date or sex). Check them."
            yield Problem(kind=ProblemKind.INCONSISTENT, where=study_uid, message=message)


def _changed(objects: tuple[DicomObject, ...]) -> Iterator[tuple[DicomObject, DicomObject]]:
    firsts = {item.sop_uid: item for item in reversed(objects)}
    seen = set()
    for item in objects:
        key = item.sop_uid, item.digest
        if item.digest != firsts[item.sop_uid].digest and key not in seen:
            seen.add(key)
            yield firsts[item.sop_uid], item


def _firsts(objects: tuple[DicomObject, ...]) -> tuple[DicomObject, ...]:
    firsts: dict[str, DicomObject] = {}
    for item in objects:
        firsts.setdefault(item.sop_uid, item)
    return tuple(firsts.values())


def _marked(item: DicomObject) -> DicomObject:
    message = "Another object with the same SOP Instance UID and different contents exists. Ask the sender."
    problem = Problem(kind=ProblemKind.CHANGED_DUPLICATE, where=item.path, message=message)
    series = tuple(
        replace(one, images=tuple(replace(image, problems=(*image.problems, problem)) for image in one.images))
        for one in item.study.series
    )
    return replace(item, study=replace(item.study, series=series), problems=(*item.problems, problem))


def _study(group: list[DicomObject]) -> Study:
    parts: dict[SeriesUID, list[Series]] = {}
    for item in group:
        for one in item.study.series:
            parts.setdefault(one.series_uid, []).append(one)
    series = (_series(same) for same in parts.values())
    return replace(group[0].study, series=tuple(sorted(series, key=_series_order)))


def _series(parts: list[Series]) -> Series:
    images = (image for part in parts for image in part.images)
    return replace(parts[0], images=tuple(sorted(images, key=_image_order)))


def _series_order(series: Series) -> tuple[float, str]:
    return _number(series.number), series.series_uid


def _image_order(image: Image) -> tuple[float, str]:
    return _number(image.instance_number), image.sop_uid


def _number(stated: int | None) -> float:
    return float("inf") if stated is None else stated


def _identity(patient: Patient) -> tuple[str, ...]:
    if patient.patient_id:
        return patient.patient_id, patient.issuer or ""
    return "", _folded(patient), str(patient.birth_date)


def _folded(patient: Patient) -> str:
    return " ".join(patient.name.casefold().replace("^", " ").split())
