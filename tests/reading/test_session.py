"""The acts of a reader, and the rules that forbid some."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading.builders import REASON, MemoryJournal, circle, finding, session, study
from workstation.base.clock import derived_uid
from workstation.base.errors import RefusedError
from workstation.model import lexicon
from workstation.model.facts import ActUndone, Entry, ReadingOpened, VerdictRecorded
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import FindingID, ReadingID, SOPInstanceUID, StudyUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.protocol import SectionName
from workstation.model.result import Density, RenderingIntent
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Decision, Description
from workstation.reading.state import fold

MASS = finding(1, "RCC", "RMLO")
CONTRADICTING = finding(
    2, "LCC", problems=(Problem(kind=ProblemKind.SIDE_CONTRADICTION, where="2", message="left image, right finding"),)
)


def refused(rule: str) -> pytest.RaisesExc[RefusedError]:
    return pytest.RaisesExc(RefusedError, check=lambda error: error.rule == rule)


def test_opening_a_study_records_what_there_was_to_be_seen() -> None:
    journal = MemoryJournal()
    reading = session(MASS, journal=journal)
    opened = journal.kept[0].fact
    assert isinstance(opened, ReadingOpened)
    assert [uid for uid, _ in opened.images] == [image.sop_uid for image in study().images]
    assert [uid for uid, _ in opened.results] == [SOPInstanceUID("2.25.5001")]
    assert reading.state.held


def test_an_accepted_finding_has_a_verdict_with_its_tracking_uid_and_report() -> None:
    reading = session(MASS)
    verdict = reading.accept(MASS.finding_id).verdicts[MASS.finding_id]
    assert (verdict.decision, verdict.tracking_uid) == (Decision.ACCEPT, MASS.tracking_uid)
    assert verdict.sr_uid == "2.25.5001"


def test_a_finding_without_a_tracking_uid_gets_the_same_one_every_time() -> None:
    bare = finding(7, "RCC")
    bare = type(bare)(finding_id=bare.finding_id, node=bare.node, kind=bare.kind, marks=bare.marks)
    verdict = session(bare).accept(bare.finding_id).verdicts[bare.finding_id]
    assert verdict.tracking_uid == derived_uid(bare.finding_id)


def test_the_last_verdict_on_a_finding_counts() -> None:
    reading = session(MASS)
    reading.accept(MASS.finding_id)
    state = reading.reject(MASS.finding_id, REASON)
    assert [verdict.decision for verdict in state.verdicts.values()] == [Decision.REJECT]


def test_a_rejection_without_a_reason_is_refused() -> None:
    with refused("reason-missing"):
        session(MASS).reject(MASS.finding_id, None)


def test_a_finding_that_is_not_for_presentation_cannot_be_decided() -> None:
    hidden = finding(3, "RCC", intent=RenderingIntent.NOT_FOR_PRESENTATION)
    with refused("unknown-finding"):
        session(hidden).accept(hidden.finding_id)


def test_a_contradicting_side_must_be_acknowledged_to_accept() -> None:
    reading = session(CONTRADICTING)
    with refused("laterality-contradiction"):
        reading.accept(CONTRADICTING.finding_id)
    with refused("laterality-contradiction"):
        reading.modify(CONTRADICTING.finding_id, Description(size_mm=9.0))
    assert reading.state.verdicts == {}
    state = reading.accept(CONTRADICTING.finding_id, acknowledged=("laterality",))
    assert state.verdicts[CONTRADICTING.finding_id].acknowledged == ("laterality",)


def test_stating_the_side_settles_a_contradiction_and_rejecting_needs_no_more() -> None:
    reading = session(CONTRADICTING)
    reading.modify(CONTRADICTING.finding_id, Description(laterality=Laterality.LEFT))
    state = reading.reject(CONTRADICTING.finding_id, REASON)
    assert state.verdicts[CONTRADICTING.finding_id].decision is Decision.REJECT


def test_an_added_finding_takes_the_side_of_its_image() -> None:
    state = session().add_finding(lexicon.DISTORTION, (circle("LMLO"),))
    (added,) = state.added.values()
    assert added.laterality is Laterality.LEFT


def test_an_added_finding_on_the_other_side_than_its_image_is_refused() -> None:
    with refused("laterality-contradiction"):
        session().add_finding(lexicon.MASS, (circle("LMLO"),), laterality=Laterality.RIGHT)


@pytest.mark.parametrize(
    "mark",
    [
        circle("RCC", center=(10.0, 10.0)),
        Mark(sop_uid=SOPInstanceUID("2.25.999"), shape=Shape.POINT, points=((5.0, 5.0),)),
    ],
    ids=["outside the image", "on an image of another study"],
)
def test_a_mark_that_cannot_be_drawn_is_refused(mark: Mark) -> None:
    with refused("mark-outside"):
        session().add_finding(lexicon.MASS, (mark,))


def test_an_own_finding_can_be_redrawn_and_keeps_its_tracking_uid() -> None:
    reading = session()
    (first,) = reading.add_finding(lexicon.MASS, (circle("RCC"),)).added.values()
    state = reading.add_finding(lexicon.MASS, (circle("RCC", radius=90.0),), finding_id=first.finding_id)
    (second,) = state.added.values()
    assert (second.finding_id, second.tracking_uid) == (first.finding_id, first.tracking_uid)
    assert second.marks != first.marks


def test_an_own_finding_can_be_taken_back_but_only_one_that_is_there() -> None:
    reading = session()
    (own,) = reading.add_finding(lexicon.MASS, (circle("RCC"),)).added
    assert reading.remove_finding(own).added == {}
    with refused("unknown-finding"):
        reading.remove_finding(own)


def test_only_breasts_that_were_imaged_are_assessed() -> None:
    reading = session(of=study(("RCC", "RMLO")))
    reading.assess_birads(Laterality.RIGHT, BiRads.B2)
    with refused("no-such-breast"):
        reading.assess_birads(Laterality.LEFT, BiRads.B2)
    with refused("no-such-breast"):
        reading.assess_density(Laterality.BOTH, Density.B)


def test_undo_brings_the_verdict_before_back_and_erases_nothing() -> None:
    journal = MemoryJournal()
    reading = session(MASS, journal=journal)
    reading.accept(MASS.finding_id)
    reading.reject(MASS.finding_id, REASON)
    assert reading.undo().verdicts[MASS.finding_id].decision is Decision.ACCEPT
    assert reading.undo().verdicts == {}
    kinds = [type(entry.fact) for entry in journal.kept]
    assert kinds.count(VerdictRecorded) == kinds.count(ActUndone) == 2
    with refused("nothing-to-undo"):
        reading.undo()


def test_undo_of_a_removal_brings_the_own_finding_back() -> None:
    reading = session()
    (own,) = reading.add_finding(lexicon.MASS, (circle("RCC"),)).added
    reading.remove_finding(own)
    assert own in reading.undo().added


def test_an_edit_back_to_the_draft_is_no_edit() -> None:
    reading = session()
    reading.edit_sentence("comparison", drafted="No earlier studies.", text="None seen.")
    assert reading.state.edits["comparison"].text == "None seen."
    state = reading.edit_sentence("comparison", drafted="No earlier studies.", text="No earlier studies.")
    assert state.edits == {}


def test_reopening_shows_everything_as_it_was_left() -> None:
    journal = MemoryJournal()
    reading = session(MASS, journal=journal)
    reading.accept(MASS.finding_id)
    reading.choose_language("ru")
    reading.insert_sentence(SectionName.FINDINGS, "Кожа не изменена.")
    again = session(MASS, journal=journal)
    assert again.state == reading.state
    assert again.context.reading_id == reading.context.reading_id


def test_a_study_that_was_left_is_opened_again_with_what_was_done() -> None:
    journal = MemoryJournal()
    reading = session(MASS, journal=journal)
    reading.accept(MASS.finding_id)
    reading.release()
    with refused("reading-released"):
        reading.accept(MASS.finding_id)
    again = session(MASS, journal=journal)
    assert again.state.held
    assert MASS.finding_id in again.state.verdicts


def test_the_state_is_the_fold_of_the_journal() -> None:
    journal = MemoryJournal()
    reading = session(MASS, journal=journal)
    reading.accept(MASS.finding_id)
    reading.assess_birads(Laterality.RIGHT, BiRads.B4B)
    reading.undo()
    assert fold(journal.entries(reading_id=reading.context.reading_id)) == reading.state


@given(st.lists(st.sampled_from(["accept", "reject", "assess", "edit", "undo"]), max_size=12))
def test_however_the_acts_come_the_state_is_the_fold_of_them_all(acts: list[str]) -> None:
    journal = MemoryJournal()
    reading = session(MASS, journal=journal)
    do: dict[str, Callable[[], object]] = {
        "accept": lambda: reading.accept(MASS.finding_id),
        "reject": lambda: reading.reject(MASS.finding_id, REASON),
        "assess": lambda: reading.assess_birads(Laterality.RIGHT, BiRads.B2),
        "edit": lambda: reading.edit_sentence("comparison", drafted="No earlier studies.", text="None seen."),
        "undo": lambda: reading.undo() if reading.state.undoable else None,
    }
    for act in acts:
        do[act]()
        assert reading.state == fold(journal.kept)
        assert reading.entries == tuple(journal.kept)


def test_an_act_late_in_a_long_reading_reads_no_more_of_the_journal_than_an_early_one() -> None:
    class Counted(MemoryJournal):
        read = 0

        def entries(self, study_uid: StudyUID | None = None, reading_id: ReadingID | None = None, *, after: int = 0
                    ) -> Iterable[Entry]:  # fmt: skip
            found = tuple(super().entries(study_uid, reading_id, after=after))
            self.read += len(found)
            return found

    journal = Counted()
    reading = session(MASS, journal=journal)
    for _ in range(50):
        reading.accept(MASS.finding_id)
        journal.read, before = 0, journal.read
        assert before <= 3
    reading.undo()
    assert journal.read <= 3


def test_a_finding_of_an_unmatched_result_cannot_be_decided() -> None:
    with refused("unknown-finding"):
        session(MASS).accept(FindingID("2.25.999#1"))


def test_messages_are_in_the_readers_language() -> None:
    with pytest.raises(RefusedError, match="причина"):
        session(MASS, language="ru").reject(MASS.finding_id, None)
