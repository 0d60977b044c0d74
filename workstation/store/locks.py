"""Who holds which study: a fold over the journal (S8). The journal refuses facts that a lock forbids."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workstation.base.errors import RefusedError
from workstation.model.identity import ReadingID, StudyUID
from workstation.store.chain import Row


class Stage(StrEnum):
    """How far the reading of a study is."""

    NEW = "new"
    IN_READING = "in_reading"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A reader's hold on a study."""

    study_uid: StudyUID
    reading_id: ReadingID
    reader: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyReading:
    """The reading state of one study.

    Attributes
    ----------
    stage : IN_READING also when the reader left without finalising; then there is no lock.
    reader, at : who opened, left, took over or finalised last, and when; None while NEW.
    """

    study_uid: StudyUID
    stage: Stage = Stage.NEW
    reader: str | None = None
    at: datetime | None = None
    lock: Lock | None = None
    finals: int = 0


_AFTER_FINAL = ("reading_released",)
"""What a reader may still record of a study that has its final protocol."""
LOCK_KINDS = ("reading_opened", "reading_released", "lock_taken_over", "protocol_finalised")


class Readings:
    """Reading states of all studies, as the rows so far say."""

    def __init__(self, states: MutableMapping[StudyUID, StudyReading] | None = None) -> None:
        self._states = {} if states is None else states

    def trial(self) -> Readings:
        """A view to try rows on; what is applied to it does not reach this one."""
        return Readings(ChainMap({}, self._states))

    def of(self, study_uid: StudyUID) -> StudyReading:
        """The state of one study; NEW when nobody has opened it."""
        return self._states.get(study_uid) or StudyReading(study_uid=study_uid)

    def apply(self, row: Row) -> None:
        """Take one more row into account."""
        if row.kind in LOCK_KINDS and row.study_uid is not None and row.reading_id is not None:
            self._states[StudyUID(row.study_uid)] = _after(self.of(StudyUID(row.study_uid)), row)

    def refuse(self, row: Row) -> None:
        """Raise RefusedError when the row must not be written.

        "already-final": the study has its one final protocol (R22). "locked-by-other": another reader holds the study,
        and this is no take-over (S8).
        """
        if row.study_uid is None or row.reading_id is None:
            return
        state = self.of(StudyUID(row.study_uid))
        if state.finals and row.kind not in _AFTER_FINAL:
            raise RefusedError(
                "already-final",
                "This study has its final protocol. Nothing was saved: open the study again to look at the protocol.",
            )
        lock = state.lock
        if row.kind != "lock_taken_over" and lock is not None and lock.reader != row.reader:
            raise RefusedError(
                "locked-by-other",
                f"{lock.reader} has been reading this study since {lock.since:%Y-%m-%d %H:%M} UTC. Nothing was saved: "
                "ask them to leave the study, or take it over with a reason.",
                values={"reader": lock.reader},
            )


def _after(state: StudyReading, row: Row) -> StudyReading:
    at = datetime.fromisoformat(row.at)
    reading_id = ReadingID(row.reading_id or "")
    moved = replace(state, reader=row.reader, at=at)
    lock = Lock(study_uid=state.study_uid, reading_id=reading_id, reader=row.reader, since=at)
    match row.kind:
        case "reading_opened" | "lock_taken_over":
            return replace(moved, stage=_stage(state), lock=lock)
        case "protocol_finalised":
            return replace(moved, stage=Stage.FINAL, lock=None, finals=state.finals + 1)
        case _ if state.lock is not None and state.lock.reading_id != reading_id:
            return state
        case _:
            return replace(moved, stage=_stage(state), lock=None)


def _stage(state: StudyReading) -> Stage:
    """A study that has a final protocol stays final."""
    return Stage.FINAL if state.finals else Stage.IN_READING
