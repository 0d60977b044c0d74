"""`diptych read`: a scripted reading, through the same session and desk as the window's."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from workstation.app import OpenReading, Workstation
from workstation.base.codec import dump
from workstation.base.errors import UsageError
from workstation.cli.commands import Command, Outcome, add_json, add_study, document_if
from workstation.cli.home import open_workstation, study_named
from workstation.cli.ports import Ports
from workstation.cli.script import Script, ScriptedAssessment, ScriptedFinding, ScriptedVerdict, read_script
from workstation.model.codes import Code
from workstation.model.identity import FindingID
from workstation.model.study import Laterality
from workstation.model.verdict import Decision
from workstation.protocol.finalise import Finalised
from workstation.reading import lexicon
from workstation.reading.session import ReadingSession

T = TypeVar("T")


def _add(parser: argparse.ArgumentParser) -> None:
    add_study(parser)
    parser.add_argument("--script", type=Path, required=True, metavar="FILE.json")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where the final documents are copied to"
    )
    add_json(parser)


def _run(options: argparse.Namespace, ports: Ports) -> Outcome:
    script = read_script(options.script)
    with open_workstation(options, ports, reader=script.reader) as workstation:
        study, problems = study_named(workstation, options.study)
        reading = workstation.open_reading(study)
        perform(reading, script)
        document = _state_document(reading)
        if script.finalise:
            final = workstation.finalise(reading)
            _acknowledge(reading.session)
            document["finalised"] = True
            document["documents"] = _copy_documents(workstation, final, options.out)
    done = "finalised" if document["finalised"] else "not finalised"
    messages = (f"reading {document['reading_id']}: {len(document['verdicts'])} verdicts, {done}",)
    return Outcome(document=document_if(options, document), messages=messages, problems=problems)


def perform(reading: OpenReading, script: Script) -> None:
    """Do what the script says, act by act; each is acknowledged on standard error once it is on disk."""
    session = reading.session
    if script.language:
        session.choose_language(script.language)
        _acknowledge(session)
    for finding_id, verdict in (script.verdicts or {}).items():
        _decide(reading, FindingID(finding_id), verdict)
    for added in script.added:
        _add_finding(session, added)
        _acknowledge(session)
    _assess(reading, script.assessment)
    for edit in script.edits:
        if edit.sentence_id is not None:
            reading.edit(edit.sentence_id, edit.text)
        elif edit.section is not None:
            session.insert_sentence(edit.section, edit.text, after=edit.after)
        else:
            raise UsageError("an edit names a sentence_id or a section")
        _acknowledge(session)


def _decide(reading: OpenReading, finding_id: FindingID, scripted: ScriptedVerdict | Decision) -> None:
    verdict = scripted if isinstance(scripted, ScriptedVerdict) else ScriptedVerdict(decision=scripted)
    session = reading.session
    if verdict.decision is Decision.ACCEPT:
        session.accept(finding_id, comment=verdict.comment, acknowledged=verdict.acknowledged)
    elif verdict.decision is Decision.MODIFY:
        session.modify(finding_id, verdict.changes, comment=verdict.comment, acknowledged=verdict.acknowledged)
    else:
        reason = _entry(lexicon.reasons(), verdict.reason).code if verdict.reason else None
        session.reject(finding_id, reason, comment=verdict.comment)
    _acknowledge(session)


def _add_finding(session: ReadingSession, added: ScriptedFinding) -> None:
    session.add_finding(
        _kind(added.kind), added.marks, laterality=added.laterality, size_mm=added.size_mm, assessment=added.assessment,
        comment=added.comment,
    )  # fmt: skip


def _kind(named: str | Code) -> Code:
    return named if isinstance(named, Code) else _entry(lexicon.kinds(), named).code


def _entry(table: Mapping[str, T], key: str) -> T:
    if key not in table:
        raise UsageError(f"the lexicon has no {key!r}; it has {', '.join(table)}")
    return table[key]


def _assess(reading: OpenReading, assessment: ScriptedAssessment) -> None:
    session = reading.session
    for side, breast in ((Laterality.RIGHT, assessment.right), (Laterality.LEFT, assessment.left)):
        if breast.birads is not None:
            session.assess_birads(side, breast.birads)
            _acknowledge(session)
        if breast.density is not None:
            session.assess_density(side, breast.density)
            _acknowledge(session)
    if assessment.opinion is not None:
        session.assess_opinion(assessment.opinion)
        _acknowledge(session)


def _acknowledge(session: ReadingSession) -> None:
    """Say on standard error that the last act is on disk: what the `kill -9` tests hold us to."""
    entry = session.entries[-1]
    sys.stderr.write(f"recorded {entry.sequence} {entry.fact.kind}\n")
    sys.stderr.flush()


def _state_document(reading: OpenReading) -> dict[str, Any]:
    state = reading.session.state
    return {
        "reading_id": reading.context.reading_id,
        "study_uid": reading.context.study.study_uid,
        "reader": reading.session.reader,
        "finalised": False,
        "verdicts": [dump(verdict) for verdict in state.verdicts.values()],
        "added": [dump(finding) for finding in state.added.values()],
        "missing": [dump(missing) for missing in reading.missing()],
        "draft": reading.draft().plain_text(),
        "documents": [],
    }


def _copy_documents(workstation: Workstation, final: Finalised, out: Path) -> list[dict[str, str]]:
    out.mkdir(parents=True, exist_ok=True)
    copied = []
    for reference, source in workstation.documents_of(final.documents):
        target = out / f"{reference.role}{source.suffix}"
        shutil.copyfile(source, target)
        copied.append({"role": reference.role, "uid": reference.uid, "sha256": reference.digest, "file": target.name})
    return copied


COMMAND = Command(summary="perform a scripted reading and write its documents", add_arguments=_add, run=_run)
