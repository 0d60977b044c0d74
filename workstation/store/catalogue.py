"""The catalogue finds things: projections of the archive and the journal, rebuildable from them at any time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from workstation.base.codec import dump, load, load_json
from workstation.base.errors import BadInputError, StoreError
from workstation.model.facts import ObjectImported
from workstation.model.identity import Digest, SOPInstanceUID, StudyUID
from workstation.model.patients import differences
from workstation.model.problem import Problem
from workstation.model.result import AIResult
from workstation.model.study import Study
from workstation.store import merging, schema
from workstation.store.archive import Archive
from workstation.store.database import Database
from workstation.store.journal import Journal
from workstation.store.locks import StudyReading

ReadFiles = Callable[[tuple[Path, ...]], tuple[Iterable[Study], Iterable[AIResult]]]
"""Reads archived files again: studies, and results already matched to them."""

T = TypeVar("T")

_studies, _results, _objects = schema.studies, schema.results, schema.objects


class Catalogue:
    """Studies, AI results and the files behind them. What a method returned is on disk."""

    def __init__(self, database: Database, archive: Archive, journal: Journal) -> None:
        self._database = database
        self._archive = archive
        self._journal = journal

    @property
    def changes(self) -> int:
        """Grows with every change: while it stays the same, what was read before still holds."""
        return self._database.commits

    def put_study(self, study: Study, files: Mapping[SOPInstanceUID, Digest] | None = None) -> tuple[Problem, ...]:
        """List a study, or add new images to the one that is listed; returns what does not fit.

        Parameters
        ----------
        files : digest of each image's archived file; default: the images' own digests.

        Returns
        -------
        Problems: CHANGED_DUPLICATE for an image that is listed with other bytes (the first stays, both files are kept),
        OTHER_PATIENT for images of another patient (kept, not listed in the study).

        Raises
        ------
        StoreError
            "not saved: ...": nothing of it is listed.
        BadInputError
            An image has no digest.
        """
        digests = _digests(study, files)
        with self._database.write() as connection:
            return _put_study(connection, study, digests)

    def put_result(self, result: AIResult, digest: Digest | None = None) -> tuple[Problem, ...]:
        """List an AI result, or list it anew after another match; the same UID with other bytes is a Problem.

        Raises
        ------
        StoreError
            "not saved: ...".
        BadInputError
            The result has no digest.
        """
        digest = digest or result.digest
        if digest is None:
            raise BadInputError(f"the AI result {result.sr_uid} has no digest; keep its file first, then list it")
        with self._database.write() as connection:
            return _put_result(connection, replace(result, digest=digest), digest)

    def put_other(self, sop_uid: SOPInstanceUID, study_uid: StudyUID, digest: Digest) -> None:
        """List a file that is neither a readable image nor an AI result, so that it is found and exported."""
        with self._database.write() as connection:
            _put_object(connection, digest, sop_uid, study_uid, "other")

    def study(self, study_uid: StudyUID) -> Study | None:
        """The study with all its images, or None."""
        found = self._load(Study, _studies.c.body, _studies.c.study_uid == study_uid)
        return found[0] if found else None

    def studies(self) -> tuple[Study, ...]:
        """All studies, newest first."""
        return self._load(Study, _studies.c.body, order=(_studies.c.performed_at.desc(), _studies.c.study_uid))

    def results(self, study_uid: StudyUID) -> tuple[AIResult, ...]:
        """AI results that belong to the study; those that do not match it are under `unmatched` (S1)."""
        return self._load(AIResult, _results.c.body, _results.c.study_uid == study_uid, _results.c.matched)

    def matched(self) -> dict[StudyUID, tuple[AIResult, ...]]:
        """The results of every study that has any, as `results` gives them one by one."""
        found: dict[StudyUID, tuple[AIResult, ...]] = {}
        for result in self._load(AIResult, _results.c.body, _results.c.matched):
            found[result.study_uid] = (*found.get(result.study_uid, ()), result)
        return found

    def unmatched(self) -> tuple[AIResult, ...]:
        """AI results that belong to no study here, each with the reason in its `match`."""
        return self._load(AIResult, _results.c.body, sa.not_(_results.c.matched))

    def all_results(self, study_uid: StudyUID | None = None) -> tuple[AIResult, ...]:
        """Every AI result, matched or not; of the study that they name, where one is given."""
        of_study = () if study_uid is None else (_results.c.study_uid == study_uid,)
        return self._load(AIResult, _results.c.body, *of_study)

    def priors(self, study: Study) -> tuple[Study, ...]:
        """Earlier studies of the same patient (ID and issuer), newest first; none where ID or date is missing."""
        if not study.patient.patient_id:
            return ()
        same = self._load(
            Study,
            _studies.c.body,
            _studies.c.patient_id == study.patient.patient_id,
            _studies.c.issuer.is_not_distinct_from(study.patient.issuer),
            _studies.c.study_uid != study.study_uid,
            order=(_studies.c.performed_at.desc(),),
        )
        return merging.earlier(same, study)

    def path_of(self, sop_uid: SOPInstanceUID) -> Path | None:
        """The archived file of an image, AI result or other object; None when nothing with this UID is listed.

        Raises
        ------
        StoreError
            When the file is missing from the archive.
        """
        wanted = sa.select(_objects.c.digest).where(_objects.c.sop_uid == sop_uid, _objects.c.current)
        with self._database.read() as connection:
            digest = connection.execute(wanted).scalar()
        return None if digest is None else self._archive.path(Digest(digest))

    def files(self, study_uid: StudyUID) -> dict[SOPInstanceUID, Digest]:
        """Every current object of the study: images, AI results (unmatched ones too), others."""
        wanted = sa.select(_objects.c.sop_uid, _objects.c.digest)
        wanted = wanted.where(_objects.c.study_uid == study_uid, _objects.c.current).order_by(_objects.c.sop_uid)
        with self._database.read() as connection:
            return {SOPInstanceUID(row.sop_uid): Digest(row.digest) for row in connection.execute(wanted)}

    def digests(self) -> frozenset[Digest]:
        """Digests of all files that are listed, superseded duplicates too."""
        with self._database.read() as connection:
            return frozenset(map(Digest, connection.execute(sa.select(_objects.c.digest)).scalars()))

    def reading(self, study_uid: StudyUID) -> StudyReading:
        """How far the reading of the study is, and who holds it: folded from the journal, so never out of date."""
        return self._journal.reading(study_uid)

    def unlisted(self) -> tuple[Digest, ...]:
        """Files that the journal says came in and that the catalogue does not list: what a crash left out."""
        listed = self.digests()
        return tuple(digest for digest in self._imported() if digest not in listed)

    def list_unlisted(self, read: ReadFiles) -> tuple[Problem, ...]:
        """Read what `unlisted` names and list it, in one transaction; raises StoreError when a file is missing."""
        return self._list(self.unlisted(), read, clear=False)

    def rebuild(self, read: ReadFiles) -> tuple[Problem, ...]:
        """Forget everything and list the archive anew, in the order in which files came in; one transaction."""
        imported = self._imported()
        return self._list((*imported, *(d for d in self._archive.digests() if d not in imported)), read, clear=True)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _imported(self) -> dict[Digest, ObjectImported]:
        """What came in, in order of arrival."""
        imported: dict[Digest, ObjectImported] = {}
        for entry in self._journal.entries(kinds=("object_imported",)):
            if isinstance(entry.fact, ObjectImported):
                imported.setdefault(entry.fact.digest, entry.fact)
        return imported

    def _list(self, digests: tuple[Digest, ...], read: ReadFiles, *, clear: bool) -> tuple[Problem, ...]:
        studies, results = read(tuple(self._archive.path(digest) for digest in digests))
        imported = self._imported()
        problems: list[Problem] = []
        with self._database.write() as connection:
            for table in (_studies, _results, _objects) if clear else ():
                connection.execute(sa.delete(table))
            for study in studies:
                problems += _put_study(connection, study, _digests(study, None))
            for result in results:
                if result.digest is not None:
                    problems += _put_result(connection, result, result.digest)
            for digest in digests:  # what cannot be read any more stays findable, and is not tried at every start
                if digest in imported:
                    fact = imported[digest]
                    _put_object(connection, digest, fact.sop_uid, fact.study_uid, "other")
        return tuple(problems)

    def _load(self, type_: type[T], body: sa.Column[str], *wanted: sa.ColumnElement[bool],
              order: tuple[sa.ColumnElement[Any], ...] = ()) -> tuple[T, ...]:  # fmt: skip
        with self._database.read() as connection:
            texts = connection.execute(sa.select(body).where(*wanted).order_by(*order)).scalars().all()
        try:
            return tuple(load_json(type_, text) for text in texts)
        except BadInputError as error:
            raise StoreError(
                f"the catalogue is damaged ({error}). Nothing is lost: rebuild it from the archive."
            ) from error


def _digests(study: Study, files: Mapping[SOPInstanceUID, Digest] | None) -> dict[SOPInstanceUID, Digest]:
    found = {image.sop_uid: (files or {}).get(image.sop_uid) or image.digest for image in study.images}
    without = [uid for uid, digest in found.items() if digest is None]
    if without:
        raise BadInputError(f"the image {without[0]} has no digest; keep its file first, then list it")
    return {uid: digest for uid, digest in found.items() if digest is not None}


def _put_study(connection: sa.Connection, new: Study, digests: Mapping[SOPInstanceUID, Digest]) -> tuple[Problem, ...]:
    body = connection.execute(sa.select(_studies.c.body).where(_studies.c.study_uid == new.study_uid)).scalar()
    old = load(Study, json.loads(body)) if body is not None else None
    foreign = differences(new.patient, old.patient, "image") if old is not None else ()
    if foreign:
        for uid, digest in digests.items():
            _put_object(connection, digest, uid, new.study_uid, "image", hidden=True)
        return tuple(merging.foreign_patient(uid, foreign) for uid in digests)
    problems = []
    for uid, digest in digests.items():
        if not _put_object(connection, digest, uid, new.study_uid, "image"):
            problems.append(merging.changed_duplicate(uid, "image"))
    fitting = merging.without(_with_digests(new, digests), {SOPInstanceUID(problem.where) for problem in problems})
    if old is None and problems and not fitting.images:
        return tuple(problems)
    merged = merging.merge(old, fitting) if old is not None else fitting
    for problem in problems:
        merged = merging.with_problem(merged, problem)
    _put_study_row(connection, merged)
    return tuple(problems)


def _put_study_row(connection: sa.Connection, study: Study) -> None:
    values = {
        "study_uid": study.study_uid,
        "patient_id": study.patient.patient_id,
        "issuer": study.patient.issuer,
        "performed_at": _sortable(study.performed_at),
        "modality": study.modality,
        "body": json.dumps(dump(study), ensure_ascii=False),
    }
    connection.execute(insert(_studies).values(values).on_conflict_do_update(index_elements=["study_uid"], set_=values))


def _put_result(connection: sa.Connection, result: AIResult, digest: Digest) -> tuple[Problem, ...]:
    if not _put_object(connection, digest, result.sr_uid, result.study_uid, "result"):
        return (merging.changed_duplicate(result.sr_uid, "AI result"),)
    values = {
        "sr_uid": result.sr_uid,
        "study_uid": result.study_uid,
        "matched": result.match.ok,
        "body": json.dumps(dump(result), ensure_ascii=False),
    }
    connection.execute(insert(_results).values(values).on_conflict_do_update(index_elements=["sr_uid"], set_=values))
    return ()


def _put_object(connection: sa.Connection, digest: Digest, sop_uid: SOPInstanceUID, study_uid: StudyUID, role: str, *,
                hidden: bool = False) -> bool:  # fmt: skip
    """List a file; whether it is the one that its UID stands for: the first that claimed it, and not hidden."""
    wanted = sa.select(_objects.c.digest).where(_objects.c.sop_uid == sop_uid, _objects.c.current)
    current = not hidden and connection.execute(wanted).scalar() in (None, digest)
    values = {"digest": digest, "sop_uid": sop_uid, "study_uid": study_uid, "role": role, "current": current}
    connection.execute(insert(_objects).values(values).on_conflict_do_nothing())
    return current


def _with_digests(study: Study, digests: Mapping[SOPInstanceUID, Digest]) -> Study:
    series = (
        replace(one, images=tuple(replace(image, digest=digests[image.sop_uid]) for image in one.images))
        for one in study.series
    )
    return replace(study, series=tuple(series))


def _sortable(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
