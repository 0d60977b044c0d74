"""Small pure decisions of the reading room: which step shows a finding, what the finalise button says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ui.bridge.catalogue import Catalogue
from workstation.app import OpenReading
from workstation.model.geometry import Mark
from workstation.model.identity import FindingID, SOPInstanceUID
from workstation.model.protocol import FinalProtocol, Missing
from workstation.model.study import Laterality
from workstation.protocol.finalise import ai_statement, read_final
from workstation.reading.context import ReadingContext
from workstation.reading.hanging import Pane, Step
from workstation.reading.state import ReadingState


def step_showing(steps: Sequence[Step], current: int, finding_id: FindingID, context: ReadingContext,
                 state: ReadingState) -> int | None:  # fmt: skip
    """The step where the finding's mark can be seen: the current one if it is there, else the first that has it."""
    finding = context.finding(finding_id)
    own = state.added.get(finding_id)
    marks = finding.shown_marks() if finding else (own.marks if own else ())
    result = context.result_of(finding_id)
    wanted = result.sr_uid if result else None
    order = [current, *(at for at in range(len(steps)) if at != current)] if steps else []
    return next((at for at in order if any(_shows(pane, marks, wanted) for pane in steps[at].panes)), None)


def provisional(reading: OpenReading, now: datetime) -> FinalProtocol:
    """The protocol as it would be if it were finalised now, for the preview alone; the final one where there is one."""
    context, state, words = reading.context, reading.session.state, reading.draft()
    if state.final is not None:
        return read_final(state.final, reading.documents)
    return FinalProtocol(
        protocol_uid=SOPInstanceUID("–"),
        reading_id=context.reading_id,
        study_uid=context.study.study_uid,
        patient=context.study.patient,
        accession=context.study.accession,
        performed_at=context.study.performed_at,
        reader=reading.session.reader,
        finalised_at=now,
        draft=words,
        ai_statement=ai_statement(context, state, words.language),
    )


def summary_of(missing: Sequence[Missing], context: ReadingContext, state: ReadingState, say: Catalogue) -> str:
    """What is missing in one short line: "1 finding undecided, no BI-RADS: left"."""
    rules = [one.rule for one in missing]
    parts = []
    for rule in dict.fromkeys(rules):
        sides = ", ".join(say(f"side.{side.value}.letter") for side in _open_sides(rule, context, state))
        parts.append(say(f"missing_short.{rule}", count=rules.count(rule), sides=sides))
    return " · ".join(parts)


def _open_sides(rule: str, context: ReadingContext, state: ReadingState) -> list[Laterality]:
    given = {"birads-missing": state.birads, "density-missing": state.density}.get(rule)
    return [side for side in context.breasts if side not in given] if given is not None else []


def _shows(pane: Pane, marks: Sequence[Mark], result: str | None) -> bool:
    images = {image.sop_uid for image in pane.stack}
    return (result is None or result in pane.results) and any(mark.sop_uid in images for mark in marks)
