"""How files that come in later join what is there: the first stays, what differs is said (S10, R34)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from workstation.model.identity import SOPInstanceUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.study import Image, Series, Study


def earlier(of_the_patient: Iterable[Study], study: Study) -> tuple[Study, ...]:
    """Those of a patient's studies that were made on a day before `study`; none where a date is missing."""
    if study.performed_at is None:
        return ()
    day = study.performed_at.date()
    return tuple(one for one in of_the_patient if one.performed_at is not None and one.performed_at.date() < day)


def merge(old: Study, new: Study) -> Study:
    """`old` with the images of `new` that it does not have, and header values that it lacks."""
    series = {one.series_uid: one for one in old.series}
    known = {image.sop_uid for image in old.images}
    for one in new.series:
        added = tuple(image for image in one.images if image.sop_uid not in known)
        there = series.get(one.series_uid)
        if there is None:
            series[one.series_uid] = replace(one, images=added)
        elif added:
            series[one.series_uid] = replace(there, images=_in_order(there.images + added))
    return replace(
        old,
        series=tuple(sorted((one for one in series.values() if one.images), key=_series_order)),
        accession=old.accession or new.accession,
        description=old.description or new.description,
        performed_at=old.performed_at or new.performed_at,
        referring_physician=old.referring_physician or new.referring_physician,
    )


def without(study: Study, sop_uids: Collection[SOPInstanceUID]) -> Study:
    """The study less these images, and less series that have none left."""
    series = (
        replace(one, images=tuple(image for image in one.images if image.sop_uid not in sop_uids))
        for one in study.series
    )
    return replace(study, series=tuple(one for one in series if one.images))


def with_problem(study: Study, problem: Problem) -> Study:
    """The study with `problem` on the image that it is about, once."""
    return replace(study, series=tuple(_series_with(one, problem) for one in study.series))


def changed_duplicate(uid: str, what: str) -> Problem:
    """Said when a second file claims the UID of one that is here."""
    return Problem(
        kind=ProblemKind.CHANGED_DUPLICATE,
        where=uid,
        message=f"Another {what} with the same SOP Instance UID but other content came in. The first one is "
        "used; both are kept. Ask the sender which one is right.",
    )


def foreign_patient(uid: str, differences: Iterable[str]) -> Problem:
    """Said when a file claims a study that belongs to another patient, with what differs."""
    return Problem(
        kind=ProblemKind.OTHER_PATIENT,
        where=uid,
        message="This image names the study of another patient. It is kept, but not shown in it. Ask the sender to "
        f"correct the patient or the Study Instance UID: {'; '.join(differences)}.",
    )


def _series_with(series: Series, problem: Problem) -> Series:
    return replace(series, images=tuple(_image_with(image, problem) for image in series.images))


def _image_with(image: Image, problem: Problem) -> Image:
    if image.sop_uid != problem.where or problem in image.problems:
        return image
    return replace(image, problems=(*image.problems, problem))


def _in_order(images: tuple[Image, ...]) -> tuple[Image, ...]:
    if any(image.instance_number is None for image in images):
        return images
    return tuple(sorted(images, key=lambda image: image.instance_number or 0))


def _series_order(series: Series) -> tuple[bool, int]:
    return series.number is None, series.number or 0
