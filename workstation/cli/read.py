"""`diptych read`: a scripted reading, through the same session and desk as the window's."""

from __future__ import annotations

import argparse
import shutil
import sys
import uuid
from pathlib import Path
from typing import Any

from workstation.app import OpenReading, Workstation
from workstation.base import resources
from workstation.base.clock import new_uid
from workstation.base.codec import dump, load
from workstation.base.errors import UsageError
from workstation.cli.commands import Command, Outcome, add_json, add_study, document_if
from workstation.cli.home import open_workstation, study_named
from workstation.cli.ports import Ports
from workstation.cli.script import Script, ScriptedAssessment, ScriptedFinding, ScriptedVerdict, read_script
from workstation.model.codes import Code
from workstation.model.facts import Entry
from workstation.model.identity import FindingID, TrackingUID
from workstation.model.study import Laterality
from workstation.model.verdict import Decision, ReaderFinding


def _add(parser: argparse.ArgumentParser) -> None:
    add_study(parser)
    parser.add_argument("--script", type=Path, required=True, metavar="FILE.json")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the final documents are copied to")
    add_json(parser)


def _run(options: argparse.Namespace, ports: Ports) -> Outcome:
    script = read_script(options.script)
    with open_workstation(options, ports, reader=script.reader) as workstation:
        reading = workstation.open_reading(study_named(workstation, options.study))
        perform(reading, script)
        document = _state_document(reading)
        if script.finalise:
            final = workstation.finalise(reading)
            document["finalised"] = True
            document["documents"] = _copy_documents(workstation, final, options.out)
    done = "finalised" if document["finalised"] else "not finalised"
    messages = (f"reading {document['reading_id']}: {len(document['verdicts'])} verdicts, {done}",)
    return Outcome(document=document_if(options, document), messages=messages)


def perform(reading: OpenReading, script: Script) -> None:
    """Do what the script says, act by act; each is acknowledged on standard error once it is on disk."""
    session = reading.session
    if script.language:
        _acknowledge(session.choose_language(script.language))
    for finding_id, verdict in (script.verdicts or {}).items():
        _decide(reading, FindingID(finding_id), verdict)
    for added in script.added:
        _acknowledge(session.add_finding(_reader_finding(added)))
    _assess(reading, script.assessment)
    for edit in script.edits:
        if edit.sentence_id is not None:
            _acknowledge(reading.edit(edit.sentence_id, edit.text))
        elif edit.section is not None:
            _acknowledge(session.insert_sentence(edit.section, edit.text, after=edit.after))
        else:
            raise UsageError("an edit names a sentence_id or a section")


def _decide(reading: OpenReading, finding_id: FindingID, scripted: ScriptedVerdict | Decision) -> None:
    verdict = scripted if isinstance(scripted, ScriptedVerdict) else ScriptedVerdict(decision=scripted)
    session = reading.session
    if verdict.decision is Decision.ACCEPT:
        entry = session.accept(finding_id, comment=verdict.comment, acknowledged=verdict.acknowledged)
    elif verdict.decision is Decision.MODIFY:
        entry = session.modify(finding_id, verdict.changes, comment=verdict.comment, acknowledged=verdict.acknowledged)
    else:
        reason = _named("reasons", verdict.reason) if verdict.reason else None
        entry = session.reject(finding_id, reason, comment=verdict.comment)
    _acknowledge(entry)


def _reader_finding(added: ScriptedFinding) -> ReaderFinding:
    return ReaderFinding(
        finding_id=FindingID(f"reader#{uuid.uuid4()}"),
        tracking_uid=TrackingUID(new_uid()),
        kind=added.kind if isinstance(added.kind, Code) else _named("kinds", added.kind),
        marks=added.marks,
        laterality=added.laterality,
        size_mm=added.size_mm,
        assessment=added.assessment,
        comment=added.comment,
    )


def _named(lexicon: str, key: str) -> Code:
    entries: list[dict[str, Any]] = resources.load("lexicon", f"{lexicon}.json")
    for entry in entries:
        if entry["key"] == key:
            return load(Code, entry["code"])
    raise UsageError(f"{key!r} is not in resources/lexicon/{lexicon}.json: {', '.join(e['key'] for e in entries)}")


def _assess(reading: OpenReading, assessment: ScriptedAssessment) -> None:
    session = reading.session
    for side, breast in ((Laterality.RIGHT, assessment.right), (Laterality.LEFT, assessment.left)):
        if breast.birads is not None:
            _acknowledge(session.assess_birads(side, breast.birads))
        if breast.density is not None:
            _acknowledge(session.assess_density(side, breast.density))
    if assessment.opinion is not None:
        _acknowledge(session.assess_opinion(assessment.opinion))


def _acknowledge(entry: Entry) -> None:
    """Say on standard error that an act is on disk: what `kill -9` tests hold us to."""
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


def _copy_documents(workstation: Workstation, final: Any, out: Path) -> list[dict[str, str]]:
    out.mkdir(parents=True, exist_ok=True)
    copied = []
    for reference, source in workstation.documents_of(final):
        target = out / f"{reference.role}{source.suffix}"
        shutil.copyfile(source, target)
        copied.append({"role": reference.role, "uid": reference.uid, "sha256": reference.digest, "file": target.name})
    return copied


COMMAND = Command(summary="perform a scripted reading and write its documents", add_arguments=_add, run=_run)
