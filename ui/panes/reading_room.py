"""The reading room: one context drives every pane; every act goes through the session and shows once it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.bridge.catalogue import Catalogue
from ui.bridge.notices import NoticeBook
from ui.dialogs.choice import ChoicePanel
from ui.dialogs.modify import ModifyDialog
from ui.dialogs.preview import PreviewDialog
from ui.documents import compose
from ui.panes.assessment import AssessmentPane, Row, rows_for, value_in
from ui.panes.banner import Banner
from ui.panes.finding_words import finding_text
from ui.panes.findings import FindingsPane
from ui.panes.frame_store import Loader
from ui.panes.parts import TwoLineButton, column, frame, row
from ui.panes.protocol import ProtocolPane
from ui.panes.reading_steps import provisional, step_showing, summary_of
from ui.panes.sentence_edits import Change, Edited
from ui.panes.step_bar import StepBar
from ui.panes.viewport_grid import ViewportGrid
from ui.theme import px, set_role
from workstation.app import OpenReading
from workstation.base.clock import utc_now
from workstation.base.i18n import LANGUAGES
from workstation.model.geometry import Mark
from workstation.model.identity import FindingID
from workstation.model.problem import ProblemKind
from workstation.model.protocol import SectionName, Sentence
from workstation.model.result import Density, Finding
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Decision, Description, Opinion
from workstation.reading.hanging import Step, steps_for
from workstation.reading.session import LATERALITY

DOCK_WIDTH = 430


class ReadingRoom(QWidget):
    """Everything for one reading.

    Signals
    -------
    left : the reader goes back to the worklist.
    finalise_asked : nothing is missing and the reader wants it final.
    saved : (datetime | None) an act is on disk; unsaved : an act was not kept.
    """

    left = Signal()
    finalise_asked = Signal()
    saved = Signal(object)
    unsaved = Signal()

    def __init__(self, say: Catalogue, notices: NoticeBook, frames: Loader) -> None:
        super().__init__()
        self._say = say
        self._notices = notices
        self._reading: OpenReading | None = None
        self._position: tuple[int, int] | None = None
        self._steps: tuple[Step, ...] = ()
        self._at = 0
        self._seen: set[int] = set()
        self.current: FindingID | None = None
        self._with_optional = False
        self._overlays_on = True
        self.banner = Banner(say)
        self.step_bar = StepBar()
        self.viewports = ViewportGrid(frames)
        self.findings = FindingsPane(say)
        self.assessment = AssessmentPane(say)
        self.protocol = ProtocolPane(say, self._commit)
        self.finalise_button = TwoLineButton(self.finalise)
        self.choice = ChoicePanel(self)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        dock = frame("dock")
        dock.setFixedWidth(px(DOCK_WIDTH))
        stack = column(self.findings, self.assessment, spacing=14, margins=(12, 10, 10, 12))
        stack.addWidget(self.protocol, 1)
        stack.addWidget(self.finalise_button)
        for pane in (self.findings, self.assessment, self.protocol):
            set_role(pane, role="panel")
        self.findings.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.findings.setMinimumHeight(px(150))
        self.assessment.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.protocol.setMinimumHeight(px(220))
        dock.setLayout(stack)
        middle = row(spacing=0)
        middle.addWidget(self.viewports, 1)
        middle.addWidget(dock)
        whole = column(self.banner, self.step_bar, spacing=0)
        whole.addLayout(middle, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        self.step_bar.chosen.connect(self.show_step)
        self.findings.pointed_at.connect(self.point_at)
        self.findings.act_asked.connect(self._act_on)
        self.findings.optional_toggled.connect(self.toggle_optional)
        self.assessment.chosen.connect(self._assess)
        self.protocol.saved.connect(self.refresh)
        self.protocol.keep_asked.connect(self._keep_sentence)
        self.protocol.take_asked.connect(self._take_sentence)
        self.protocol.language_asked.connect(self.protocol_language)
        self.protocol.preview_asked.connect(self.preview)
        self.viewports.mark_drawn.connect(self._ask_kind)
        self.viewports.finding_clicked.connect(self.point_at)
        self._say.changed.connect(self.refresh)

    # --- opening and showing

    @property
    def reading(self) -> OpenReading:
        """The open reading.

        Raises
        ------
        RuntimeError
            When the room is empty: keys of the room mean nothing then, so that this is an error of ours.
        """
        if self._reading is None:
            raise RuntimeError("no reading is open")
        return self._reading

    @property
    def is_open(self) -> bool:
        """Whether a study is in the room."""
        return self._reading is not None

    def open(self, reading: OpenReading, position: tuple[int, int] | None) -> None:
        """Show a reading; everything of the one before is dropped first (R1)."""
        self.close_reading()
        self._reading, self._position = reading, position
        self._steps = steps_for(reading.context)
        self.viewports.prefetch(self._steps)
        self.show_step(0)
        entries = reading.session.entries
        self.saved.emit(entries[-1].at if entries else None)

    def close_reading(self) -> None:
        """Empty the room: what was being written is saved, and a study left unfinished is free for others (S8)."""
        if self._reading is not None:
            self.protocol.flush()
            if self._reading.session.state.held:
                self._notices.attempt(self._reading.session.release)
        self.choice.hide()
        if self.assessment.walking:
            self.assessment.walk_off()
        self.protocol.forget()
        self.viewports.clear()
        self.findings.forget()
        self.banner.forget()
        self._reading, self.current, self._with_optional = None, None, False
        self._at, self._seen, self._steps = 0, set(), ()

    def refresh(self) -> None:
        """Show the state of the session, whatever changed."""
        if self._reading is None:
            return
        context, state = self.reading.context, self.reading.session.state
        draft = self.reading.draft()
        self.banner.show_context(context, self.reading.session.reader, self._position)
        self.step_bar.show_steps(self._steps, self._at, self._seen, self._say.language)
        self.findings.show_findings(context, state, self.current, with_optional=self._with_optional)
        self.assessment.show_assessment(context, state)
        self.protocol.show_draft(draft, editable=state.held and state.final is None)
        self.viewports.show_decisions(state)
        self._show_finalise()

    def _show_finalise(self) -> None:
        state = self.reading.session.state
        missing = self.reading.missing()
        if state.final is not None:
            self.finalise_button.tell(self._say("finalise.done"), "", "waiting")
        elif missing:
            summary = summary_of(missing, self.reading.context, state, self._say)
            self.finalise_button.tell(self._say("finalise.waiting"), summary, "waiting")
        else:
            self.finalise_button.tell(self._say("finalise.ready"), "", "go")

    # --- steps and findings

    def show_step(self, at: int) -> None:
        """Show one hanging step; the one that is left counts as seen."""
        if not self._steps:
            self.refresh()
            return
        if at != self._at:
            self._seen.add(self._at)
        self._at = at
        self.viewports.show_step(
            self.reading.context,
            self._steps[at],
            self.reading.session.state,
            language=self._say.language,
            threshold=self.reading.context.policy.optional_threshold,
        )
        self.refresh()

    def step_next(self) -> None:
        """The next step; the last stays."""
        self.show_step(min(self._at + 1, max(len(self._steps) - 1, 0)))

    def step_previous(self) -> None:
        """The step before."""
        self.show_step(max(self._at - 1, 0))

    @property
    def step(self) -> Step | None:
        """The step on screen."""
        return self._steps[self._at] if self._steps else None

    def finding_next(self) -> None:
        """Point at the next finding, round and round."""
        self._walk_findings(1)

    def finding_previous(self) -> None:
        """Point at the finding before."""
        self._walk_findings(-1)

    def _walk_findings(self, by: int) -> None:
        walked = self.findings.walked
        if not walked:
            return
        at = walked.index(self.current) + by if self.current in walked else (0 if by > 0 else -1)
        self.point_at(walked[at % len(walked)])

    def point_at(self, finding_id: str) -> None:
        """Make a finding the current one and bring its mark to the middle of its view."""
        self.current = FindingID(finding_id)
        at = step_showing(self._steps, self._at, self.current, self.reading.context, self.reading.session.state)
        if at is not None and at != self._at:
            self.show_step(at)
        else:
            self.refresh()
        self.viewports.zoom_to_mark(self.current)

    def toggle_optional(self) -> None:
        """Fold or unfold optional findings below the threshold."""
        self._with_optional = not self._with_optional
        self.viewports.show_optional(self._with_optional)
        self.refresh()

    # --- verdicts

    @property
    def finding(self) -> Finding | None:
        """The current finding when it is one of the AI's."""
        return self.reading.context.finding(self.current) if self.current is not None else None

    @property
    def can_decide(self) -> bool:
        """Whether there is a finding to accept, modify or reject."""
        return self.finding is not None

    @property
    def can_modify(self) -> bool:
        """As `can_decide`."""
        return self.finding is not None

    @property
    def can_remove(self) -> bool:
        """Whether the current finding is the reader's own."""
        return self.current in self.reading.session.state.added

    @property
    def can_undo(self) -> bool:
        """Whether an act can be undone."""
        return bool(self.reading.session.state.undoable)

    def accept(self) -> None:
        """Accept the current finding; one whose side contradicts its image only after saying so (S2)."""
        finding = self.finding
        if finding is None:
            return
        if any(problem.kind is ProblemKind.INCONSISTENT for part in finding.walk() for problem in part.problems):
            self._ask_side(finding)
            return
        self._do(lambda: self.reading.session.accept(finding.finding_id))

    def reject(self) -> None:
        """Ask for the reason, then reject."""
        finding = self.finding
        if finding is None:
            return
        reasons = self.reading.context.policy.reason_choices()
        self.choice.ask(
            self._say("reject.title", finding=self._title_of(finding)),
            [reason.name(self._say.language) for reason in reasons],
            self._say("choice.hint"),
            lambda at: self._do(lambda: self.reading.session.reject(finding.finding_id, reasons[at].code)),
        )

    def modify(self) -> None:
        """Ask what the finding is instead, then accept it with the changes."""
        finding = self.finding
        if finding is None:
            return
        policy, verdict = self.reading.context.policy, self.reading.session.state.verdicts.get(finding.finding_id)
        before = verdict.changes if verdict and verdict.decision is Decision.MODIFY else Description()
        self.modify_dialog = ModifyDialog(
            self, self._say, self._title_of(finding), policy.kind_choices(), before, with_category=policy.needs_birads,
            done=lambda changes: self._do(lambda: self.reading.session.modify(finding.finding_id, changes)),
        )  # fmt: skip
        self.modify_dialog.open()

    def add(self) -> None:
        """Draw a finding that the AI missed."""
        self.viewports.begin_drawing()

    def remove(self) -> None:
        """Take the current own finding back."""
        if self.current is not None:
            gone = self.current
            self._do(lambda: self.reading.session.remove_finding(gone))

    def _ask_side(self, finding: Finding) -> None:
        def settle(at: int) -> None:
            if at == 0:
                self._do(lambda: self.reading.session.accept(finding.finding_id, acknowledged=(LATERALITY,)))
            else:
                side = (Laterality.RIGHT, Laterality.LEFT)[at - 1]
                self._do(lambda: self.reading.session.modify(finding.finding_id, Description(laterality=side)))

        options = [self._say(f"contradiction.{name}") for name in ("accept", "right", "left")]
        self.choice.ask(self._say("contradiction.title"), options, self._say("choice.hint"), settle)

    def _ask_kind(self, mark: Mark) -> None:
        kinds = self.reading.context.policy.kind_choices()
        self.choice.ask(
            self._say("add.title"),
            [kind.name(self._say.language) for kind in kinds],
            self._say("choice.hint"),
            lambda at: self._do(lambda: self.reading.session.add_finding(kinds[at].code, (mark,))),
        )

    def _act_on(self, act: str, finding_id: str) -> None:
        self.current = FindingID(finding_id)
        {"accept": self.accept, "modify": self.modify, "reject": self.reject, "remove": self.remove}[act]()
        self.refresh()

    def _title_of(self, finding: Finding) -> str:
        context = self.reading.context
        number = context.findings.index(finding) + 1
        return finding_text(number, finding, context, self.reading.session.state, self._say).title

    # --- assessment

    def assess(self) -> None:
        """Give the keys to the assessment."""
        self.assessment.walk()

    def assess_normal(self) -> None:
        """BI-RADS 1 for every breast that has no category yet; normal, where there are no breasts."""
        state = self.reading.session.state
        for one in rows_for(self.reading.context):
            if one.what != "density" and value_in(one, state) is None:
                self._assess(one, Opinion.NORMAL if one.what == "opinion" else BiRads.B1)

    def _assess(self, one: Row, value: str) -> None:
        session = self.reading.session
        if one.what == "opinion":
            self._do(lambda: session.assess_opinion(Opinion(value)))
        elif one.laterality is not None:
            side = one.laterality
            if one.what == "birads":
                self._do(lambda: session.assess_birads(side, BiRads(value)))
            else:
                self._do(lambda: session.assess_density(side, Density(value)))

    # --- protocol

    def edit_protocol(self) -> None:
        """Write in the protocol."""
        self.protocol.write()

    def protocol_language(self) -> None:
        """The other language for the protocol."""
        if not self.protocol.flush():
            return
        now = self.reading.session.state.language
        self._do(lambda: self.reading.session.choose_language(LANGUAGES[(LANGUAGES.index(now) + 1) % len(LANGUAGES)]))

    def preview(self) -> None:
        """The protocol as it will look on paper."""
        self.protocol.flush()
        document = compose(provisional(self.reading, utc_now()), is_draft=self.reading.session.state.final is None)
        PreviewDialog(self, self._say("preview.title"), self._say("dialog.close"), document).open()

    def undo(self) -> None:
        """Take the last act back, by a new record."""
        self._do(self.reading.session.undo)

    def finalise(self) -> None:
        """Ask for finalising, or say what is missing and go to the first of it."""
        if not self.protocol.flush() or self.reading.session.state.final is not None:
            return
        missing = self.reading.missing()
        if not missing:
            self.finalise_asked.emit()
            return
        self._notices.add(self._say("finalise.refused"), tuple(one.message for one in missing))
        if missing[0].finding_id is not None and missing[0].sentence_id is None:
            self.point_at(missing[0].finding_id)

    def leave(self) -> None:
        """Stop drawing; else go back to the worklist, everything saved."""
        if self.viewports.is_drawing:
            self.viewports.cancel_drawing()
        elif self.protocol.flush():
            self.left.emit()

    def _commit(self, name: SectionName, changes: tuple[Change, ...]) -> bool:
        done = self._attempt(lambda: self._edit(name, changes))
        if not done:
            self.protocol.rebase(self.reading.draft())
        return done

    def _edit(self, name: SectionName, changes: tuple[Change, ...]) -> None:
        session = self.reading.session
        inserted: list[str] = []
        for change in changes:
            if isinstance(change, Edited):
                sentence = change.sentence
                session.edit_sentence(sentence.sentence_id, drafted=sentence.drafted, text=change.text)
            else:
                after = change.after if change.after_new is None else inserted[change.after_new]
                state = session.insert_sentence(name, change.text, after=after)
                inserted.append(list(state.inserted)[-1])

    def _keep_sentence(self, sentence: Sentence) -> None:
        self._do(lambda: self.reading.session.keep_sentence(sentence.sentence_id, drafted=sentence.drafted))

    def _take_sentence(self, sentence: Sentence) -> None:
        self._do(
            lambda: self.reading.session.edit_sentence(
                sentence.sentence_id, drafted=sentence.drafted, text=sentence.drafted
            )
        )

    # --- images

    def hide_overlays(self) -> None:
        """Only the image, while the key is held."""
        self.viewports.show_overlays(False)

    def show_overlays(self) -> None:
        """The key is let go."""
        self.viewports.show_overlays(self._overlays_on)

    def toggle_overlays(self) -> None:
        """Overlays off, on."""
        self._overlays_on = not self._overlays_on
        self.viewports.show_overlays(self._overlays_on)

    def invert(self) -> None:
        """Black for white."""
        self.viewports.invert()

    def fit(self) -> None:
        """Fit to the pane."""
        self.viewports.fit()

    def one_to_one(self) -> None:
        """One image pixel, one screen pixel."""
        self.viewports.one_to_one()

    def choose_window(self, number: int) -> None:
        """One of the image's windows, 1-9."""
        self.viewports.set_voi(number - 1)

    # --- keys

    def take_key(self, key: str) -> bool:
        """What is open over the room has the keys first, then the assessment being walked."""
        if self.choice.isVisible():
            return self.choice.take_key(key)
        if self.viewports.take_key(key):
            return True
        return self.assessment.take_key(key)

    def _do(self, act: Callable[[], object]) -> bool:
        """An act of the reader: kept, then shown; or reported, and the screen stays as it was (S4).

        What is being written in the protocol is kept before, so that no new draft can wash it away.
        """
        done = self.protocol.flush() and self._attempt(act)
        if done:
            self.refresh()
        return done

    def _attempt(self, act: Callable[[], object]) -> bool:
        done = self._notices.attempt(act)
        if done:
            self.saved.emit(self._last_saved())
        else:
            self.unsaved.emit()
        return done

    def _last_saved(self) -> datetime | None:
        entries = self.reading.session.entries
        return entries[-1].at if entries else None
