"""Objects to studies. What contradicts itself is kept apart and said, never merged in silence (S1, R34)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from workstation.dicom.objects import DicomObject
from workstation.model.identity import SeriesUID, StudyUID
from workstation.model.patients import differences
from workstation.model.problem import Problem, ProblemKind
from workstation.model.study import Image, Series, Study


def assemble(objects: Iterable[DicomObject]) -> tuple[Study, ...]:
    """Studies with their series and images in reading order, newest study first.

    Objects of one Study Instance UID and different patients make different studies, in order of arrival. Of several
    objects with one SOP Instance UID the first is in the study, marked when their contents differ; `conflicts` lists
    the others.
    """
    found = tuple(objects)
    changed = {first.sop_uid for first, _ in _changed(found)}
    firsts = [_marked(item) if item.sop_uid in changed else item for item in _firsts(found)]
    studies = [_study(group) for patients in _by_patient(firsts).values() for group in patients]
    newest = {study.study_uid: str(study.performed_at or "") for study in reversed(studies)}
    return tuple(sorted(studies, key=lambda study: newest[study.study_uid], reverse=True))


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
    for study_uid, groups in _by_patient(objects).items():
        if len(groups) > 1:
            first, other = (group[0].study.patient for group in groups[:2])
            message = (
                "Objects of one study name different patients; they are kept apart. Settle this before reading: "
                f"{'; '.join(differences(other, first, 'other object'))}."
            )
            yield Problem(kind=ProblemKind.OTHER_PATIENT, where=study_uid, message=message)


def _by_patient(objects: Iterable[DicomObject]) -> dict[StudyUID, list[list[DicomObject]]]:
    """The objects of each study, one group for each patient that they name (S1)."""
    studies: dict[StudyUID, list[list[DicomObject]]] = {}
    for item in objects:
        groups = studies.setdefault(item.study.study_uid, [])
        same = (group for group in groups if not differences(item.study.patient, group[0].study.patient))
        group = next(same, None)
        if group is None:
            groups.append([item])
        else:
            group.append(item)
    return studies


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
