"""Finalising: refused with what is missing, else all documents and one fact."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.protocol.finished import ACCEPTED, REJECTED, Shelf, assess, complete, draw, finish
from tests.reading.builders import MemoryJournal, origins, result, session
from workstation.base import codec
from workstation.base.errors import RefusedError, StoreError
from workstation.model.facts import ProtocolFinalised
from workstation.model.problem import Problem, ProblemKind
from workstation.model.protocol import FinalProtocol
from workstation.model.result import RunStatus, Service
from workstation.protocol.finalise import ai_statement, finalise, read_final
from workstation.store.home import Home


def test_what_is_missing_is_refused_with_the_whole_list(tmp_path: Path) -> None:
    journal, shelf = MemoryJournal(), Shelf(tmp_path)
    reading = session(ACCEPTED, REJECTED, journal=journal)
    with pytest.raises(RefusedError) as refused:
        finish(reading, shelf)
    assert refused.value.rule == "finding-undecided"
    assert len(refused.value.details) == 6
    assert shelf.kept == []
    assert not any(isinstance(entry.fact, ProtocolFinalised) for entry in journal.kept)


def test_a_complete_reading_becomes_four_documents_and_one_fact(tmp_path: Path) -> None:
    journal, shelf = MemoryJournal(), Shelf(tmp_path)
    reading = complete(journal)
    finalised = finish(reading, shelf)
    assert [document.role for document in finalised.documents] == ["verdict_sr", "protocol_sr", "pdf", "protocol_json"]
    fact = journal.kept[-1].fact
    assert isinstance(fact, ProtocolFinalised)
    assert fact.documents == finalised.documents
    assert [digest.digest for digest in fact.documents] == [codec.digest_of(path.read_bytes()) for path in shelf.kept]
    assert reading.state.final == fact


def test_the_json_is_the_protocol_itself(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    finalised = finish(complete(), shelf)
    data = (tmp_path / "protocol.json").read_bytes()
    assert codec.load_json(FinalProtocol, data) == finalised.protocol
    assert json.loads(data)["reader"] == "Петрова^Анна"


@pytest.mark.parametrize("room", [0, 1, 2, 3])
def test_when_a_document_cannot_be_kept_nothing_is_final_and_a_repeat_works(tmp_path: Path, room: int) -> None:
    journal, shelf = MemoryJournal(), Shelf(tmp_path, room=room)
    reading = complete(journal)
    before = reading.state
    with pytest.raises(StoreError):
        finish(reading, shelf)
    assert reading.state == before
    shelf.room = 100
    assert finish(reading, shelf).documents
    assert reading.state.final is not None


def test_when_the_fact_cannot_be_kept_nothing_is_final_and_a_repeat_works(tmp_path: Path) -> None:
    journal = MemoryJournal()
    reading = complete(journal)
    journal.broken = True
    with pytest.raises(StoreError):
        finish(reading, Shelf(tmp_path))
    assert reading.state.final is None
    journal.broken = False
    finish(reading, Shelf(tmp_path))
    assert reading.state.final is not None


def test_an_act_while_the_documents_are_written_stops_the_finalising(tmp_path: Path) -> None:
    reading = complete()

    def draw_late(protocol: FinalProtocol, path: Path) -> None:
        draw(protocol, path)
        reading.undo()

    with pytest.raises(RefusedError) as refused:
        finalise(reading, reading.context, write_pdf=draw_late, documents=Shelf(tmp_path), origins=origins())
    assert refused.value.rule == "changed-meanwhile"
    assert reading.state.final is None


def test_the_documents_stand_in_the_real_store(tmp_path: Path) -> None:
    with Home.open(tmp_path / "home") as home:
        reading = session(ACCEPTED, journal=home.journal)
        reading.accept(ACCEPTED.finding_id)
        finalised = finalise(
            assess(reading), reading.context, write_pdf=draw, documents=home.documents, origins=origins(),
            scratch=home.scratch,
        )  # fmt: skip
        assert all(home.documents.verify(document.digest) for document in finalised.documents)
        assert list(home.scratch.iterdir()) == []
        state = reading.state
        assert state.final is not None
        assert read_final(state.final, home.documents) == finalised.protocol
    with Home.open(tmp_path / "home") as home:
        assert session(ACCEPTED, journal=home.journal).state == state


def test_the_statement_names_every_service_its_version_and_warning() -> None:
    reading = session(ACCEPTED)
    nameless = replace(result(), service=Service(), warning=None)
    failed = replace(result(), service=Service(name="Broken"), run_status=RunStatus.FAILED)
    context = replace(reading.context, results=(*reading.context.results, nameless, failed))
    english, russian = (ai_statement(context, reading.state, x) for x in ("en", "ru"))
    assert "Mammolux, version 3.2 (For research purposes only)" in english
    assert "An AI service without a name, version not stated (for research purposes only)" in english
    assert "the radiologist's decision" in english
    assert "Mammolux, версия 3.2" in russian
    assert "решение врача" in russian
    assert "Broken" not in english


def test_the_statement_says_which_service_has_not_seen_all_images() -> None:
    reading = session(ACCEPTED)
    stale = replace(result(), problems=(Problem(kind=ProblemKind.STALE, where="1", message="2 images are newer"),))
    context = replace(reading.context, results=(stale,))
    assert "(has not seen all images; For research" in ai_statement(context, reading.state, "en")
    assert "(обработаны не все снимки; For research" in ai_statement(context, reading.state, "ru")
    assert "not seen" not in ai_statement(reading.context, reading.state, "en")
