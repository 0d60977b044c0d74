"""S5, R4: what an AI result says that is older than an image enters the protocol only when the doctor says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reading.builders import MemoryJournal, finding, origins, session
from workstation.base.errors import RefusedError
from workstation.model.problem import Problem, ProblemKind
from workstation.model.verdict import BiRads, Description
from workstation.protocol.draft import draft
from workstation.reading.session import STALE, ReadingSession


def _stale() -> ReadingSession:
    journal = MemoryJournal()
    fresh = session(finding(1), journal=journal)
    problem = Problem(kind=ProblemKind.STALE, where="1.2", message="older than an image")
    results = tuple(replace(result, problems=(problem,)) for result in fresh.context.results)
    context = replace(fresh.context, results=results)
    return ReadingSession(journal, context, reader=fresh.reader, origins=origins())


def test_a_finding_of_a_stale_result_is_not_taken_over_unawares() -> None:
    reading = _stale()
    (one,) = reading.context.findings
    for act in (
        lambda: reading.accept(one.finding_id),
        lambda: reading.modify(one.finding_id, Description(assessment=BiRads.B4A)),
    ):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.rule == "stale-result"
    told = draft(reading.context, reading.state).sentences
    assert all(sentence.finding_id is None for sentence in told)


def test_knowingly_it_is_taken_over_and_the_record_says_so() -> None:
    reading = _stale()
    (one,) = reading.context.findings
    state = reading.accept(one.finding_id, acknowledged=(STALE,))
    assert state.verdicts[one.finding_id].acknowledged == (STALE,)
    assert any(sentence.finding_id == one.finding_id for sentence in draft(reading.context, state).sentences)
