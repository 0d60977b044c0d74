"""What the reader does with the assessment and the protocol's text."""

from __future__ import annotations

from ui.panes.assessment import Row, rows_for, value_in
from ui.panes.desk import Desk
from ui.panes.sentence_edits import Change, Edited
from workstation.base.i18n import LANGUAGES
from workstation.model.protocol import SectionName, Sentence
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Opinion
from workstation.protocol.draft import described


class ReportActs:
    """Acts on the study as a whole."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def can_undo(self) -> bool:
        """Whether an act can be undone."""
        return bool(self._desk.state.undoable)

    def undo(self) -> None:
        """Take the last act back, by a new record."""
        self._desk.do(self._desk.session.undo)

    def assess(self, one: Row, value: str) -> None:
        """The reader's choice in one row of the assessment."""
        session, side = self._desk.session, one.laterality
        if one.what == "opinion":
            self._desk.do(lambda: session.assess_opinion(Opinion(value)))
        elif side is not None and one.what == "birads":
            self._desk.do(lambda: session.assess_birads(side, BiRads(value)))
        elif side is not None:
            self._desk.do(lambda: session.assess_density(side, Density(value)))

    def assess_normal(self) -> None:
        """BI-RADS 1 for every breast without a category and without a finding that counts; normal, without breasts."""
        state = self._desk.state
        sides = {finding.laterality for finding in described(self._desk.context, state)}
        for one in rows_for(self._desk.context):
            told = sides & {one.laterality, Laterality.BOTH, None} if one.laterality else sides
            if one.what != "density" and value_in(one, state) is None and not told:
                self.assess(one, Opinion.NORMAL if one.what == "opinion" else BiRads.B1)

    def next_language(self) -> None:
        """The other language for the protocol."""
        session, now = self._desk.session, self._desk.state.language
        following = LANGUAGES[(LANGUAGES.index(now) + 1) % len(LANGUAGES)]
        self._desk.do(lambda: session.choose_language(following))

    def commit(self, name: SectionName, changes: tuple[Change, ...]) -> bool:
        """Keep what was written in a section; whether all of it is kept. The panes are told by the caller."""
        return self._desk.attempt(lambda: self._edit(name, changes))

    def keep_sentence(self, sentence: Sentence) -> None:
        """The doctor's words stay, whatever the draft says now."""
        session = self._desk.session
        self._desk.do(lambda: session.keep_sentence(sentence.sentence_id, drafted=sentence.drafted))

    def take_drafted(self, sentence: Sentence) -> None:
        """What the draft says now, in place of the doctor's words; nothing, where it says nothing there."""
        session, drafted = self._desk.session, sentence.drafted
        self._desk.do(lambda: session.edit_sentence(sentence.sentence_id, drafted=drafted, text=drafted))

    def _edit(self, name: SectionName, changes: tuple[Change, ...]) -> None:
        session = self._desk.session
        inserted: list[str] = []
        for change in changes:
            if isinstance(change, Edited):
                sentence = change.sentence
                session.edit_sentence(sentence.sentence_id, drafted=sentence.drafted, text=change.text)
            else:
                after = change.after if change.after_new is None else inserted[change.after_new]
                state = session.insert_sentence(name, change.text, after=after)
                inserted.append(list(state.inserted)[-1])
