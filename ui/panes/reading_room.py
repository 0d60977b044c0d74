"""The reading room: one context drives every pane; every act goes through the session and shows once it is kept."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.bridge.catalogue import Catalogue
from ui.bridge.notices import NoticeBook
from ui.dialogs.choice import ChoicePanel
from ui.dialogs.preview import PreviewDialog
from ui.documents import compose
from ui.panes.assessment import AssessmentPane
from ui.panes.banner import Banner
from ui.panes.desk import Desk
from ui.panes.findings import FindingsPane
from ui.panes.frame_store import Loader
from ui.panes.image_acts import ImageActs
from ui.panes.parts import TwoLineButton, column, frame, row
from ui.panes.protocol import ProtocolPane
from ui.panes.reading_steps import provisional, step_showing, summary_of
from ui.panes.report_acts import ReportActs
from ui.panes.sentence_edits import Change
from ui.panes.step_bar import StepBar
from ui.panes.verdict_acts import VerdictActs
from ui.panes.viewport_grid import ViewportGrid
from ui.theme import px, set_role
from workstation.app import OpenReading
from workstation.base.clock import utc_now
from workstation.model.identity import FindingID
from workstation.model.protocol import SectionName
from workstation.reading.hanging import Step, steps_for

DOCK_WIDTH = 430


class ReadingRoom(QWidget):
    """Everything for one reading.

    Signals
    -------
    left : the reader goes back to the worklist.
    finalise_asked : nothing is missing and the reader wants it final.
    """

    left = Signal()
    finalise_asked = Signal()

    def __init__(self, say: Catalogue, notices: NoticeBook, frames: Loader) -> None:
        super().__init__()
        self._say = say
        self.desk = Desk(notices)
        self._position: tuple[int, int] | None = None
        self._steps: tuple[Step, ...] = ()
        self._at = 0
        self._seen: set[int] = set()
        self._with_optional = False
        self.banner = Banner(say)
        self.step_bar = StepBar()
        self.viewports = ViewportGrid(frames)
        self.findings = FindingsPane(say)
        self.assessment = AssessmentPane(say)
        self.protocol = ProtocolPane(say, self._commit)
        self.finalise_button = TwoLineButton(self.finalise)
        self.choice = ChoicePanel(self)
        self.verdicts = VerdictActs(self.desk, say, self.choice, self)
        self.report = ReportActs(self.desk)
        self.images = ImageActs(self.viewports, notices)
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
        self.protocol.setMinimumHeight(px(290))
        dock.setLayout(stack)
        middle = row(spacing=0)
        middle.addWidget(self.viewports, 1)
        middle.addWidget(dock)
        whole = column(self.banner, self.step_bar, spacing=0)
        whole.addLayout(middle, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        self.desk.keep_text = self.protocol.flush
        self.desk.changed.connect(self.refresh)
        self.step_bar.chosen.connect(self.show_step)
        self.findings.pointed_at.connect(self.point_at)
        self.findings.act_asked.connect(self._act_on)
        self.findings.optional_toggled.connect(self.toggle_optional)
        self.assessment.chosen.connect(self.report.assess)
        self.protocol.saved.connect(self.refresh)
        self.protocol.keep_asked.connect(self.report.keep_sentence)
        self.protocol.take_asked.connect(self.report.take_drafted)
        self.protocol.language_asked.connect(self.report.next_language)
        self.protocol.preview_asked.connect(self.preview)
        self.viewports.mark_drawn.connect(self.verdicts.name_drawn)
        self.choice.closed.connect(self.viewports.forget_drawn)
        self.viewports.finding_clicked.connect(self.point_at)
        self._say.changed.connect(self._retell)

    @property
    def reading(self) -> OpenReading:
        """The open reading; see `Desk.reading`."""
        return self.desk.reading

    @property
    def is_open(self) -> bool:
        """Whether a study is in the room."""
        return self.desk.is_open

    @property
    def step(self) -> Step | None:
        """The step on screen."""
        return self._steps[self._at] if self._steps else None

    def open(self, reading: OpenReading, position: tuple[int, int] | None) -> None:
        """Show a reading; everything of the one before is dropped first (R1)."""
        self.close_reading()
        self.desk.lay(reading)
        self._position, self._steps = position, steps_for(reading.context)
        self.viewports.prefetch(self._steps)
        self.show_step(0)

    def close_reading(self) -> None:
        """Empty the room."""
        self.desk.put_away()
        self.choice.hide()
        if self.assessment.walking:
            self.assessment.walk_off()
        self.protocol.forget()
        self.viewports.clear()
        self.findings.forget()
        self.banner.forget()
        self._at, self._seen, self._steps, self._with_optional = 0, set(), (), False

    def refresh(self) -> None:
        """Show the state of the session, whatever changed."""
        if not self.is_open:
            return
        context, state = self.desk.context, self.desk.state
        self.banner.show_context(context, self.desk.session.reader, self._position)
        self.step_bar.show_steps(self._steps, self._at, self._seen, self._say.language)
        self.findings.show_findings(context, state, self.desk.current, with_optional=self._with_optional)
        self.assessment.show_assessment(context, state)
        editable = state.held and state.final is None
        self.protocol.show_draft(self.reading.draft(), editable=editable, untold=self.reading.untold())
        self.viewports.show_decisions(state)
        self._show_finalise()

    def _show_finalise(self) -> None:
        state, missing = self.desk.state, self.reading.missing(self._say.language)
        if state.final is not None:
            self.finalise_button.tell(self._say("finalise.done"), "", "waiting")
        elif missing:
            summary = summary_of(missing, self.desk.context, state, self._say)
            self.finalise_button.tell(self._say("finalise.waiting"), summary, "waiting")
        else:
            self.finalise_button.tell(self._say("finalise.ready"), "", "go")

    def _retell(self) -> None:
        if self.is_open:
            self.show_step(self._at)

    def show_step(self, at: int) -> None:
        """Show one hanging step; the one that is left counts as seen."""
        if not self._steps:
            self.refresh()
            return
        if at != self._at:
            self._seen.add(self._at)
        self._at = at
        threshold = self.desk.context.policy.optional_threshold
        self.viewports.show_step(
            self.desk.context, self._steps[at], self.desk.state, language=self._say.language, threshold=threshold
        )
        self.refresh()

    def step_next(self) -> None:
        """The next step; the last stays."""
        self.show_step(min(self._at + 1, max(len(self._steps) - 1, 0)))

    def step_previous(self) -> None:
        """The step before."""
        self.show_step(max(self._at - 1, 0))

    def finding_next(self) -> None:
        """Point at the next finding, round and round."""
        self._walk_findings(1)

    def finding_previous(self) -> None:
        """Point at the finding before."""
        self._walk_findings(-1)

    def _walk_findings(self, by: int) -> None:
        walked = self.findings.walked
        if not walked:
            if self.desk.context.findings:
                self.desk.notices.add(self._say("findings.only_optional"))
            return
        at = walked.index(self.desk.current) + by if self.desk.current in walked else (0 if by > 0 else -1)
        self.point_at(walked[at % len(walked)])

    def point_at(self, finding_id: str) -> None:
        """Make a finding the current one and bring its mark to the middle of its view."""
        self.desk.current = FindingID(finding_id)
        at = step_showing(self._steps, self._at, self.desk.current, self.desk.context, self.desk.state)
        if at is not None and at != self._at:
            self.show_step(at)
        else:
            self.refresh()
        self.viewports.zoom_to_mark(self.desk.current)

    def toggle_optional(self) -> None:
        """Fold or unfold optional findings below the threshold."""
        self._with_optional = not self._with_optional
        self.viewports.show_optional(self._with_optional)
        self.refresh()

    def assess(self) -> None:
        """Give the keys to the assessment."""
        self.assessment.walk()

    def edit_protocol(self) -> None:
        """Write in the protocol."""
        self.protocol.write()

    def preview(self) -> None:
        """The protocol as it will look on paper."""
        self.protocol.flush()
        document = compose(provisional(self.reading, utc_now()), is_draft=self.desk.state.final is None)
        PreviewDialog(self, self._say("preview.title"), self._say("dialog.close"), document).open()

    def finalise(self) -> None:
        """Ask for finalising, or say what is missing and go to the first of it."""
        if not self.protocol.flush() or self.desk.state.final is not None:
            return
        missing = self.reading.missing(self._say.language)
        if not missing:
            self.finalise_asked.emit()
            return
        self.desk.notices.add(self._say("finalise.refused"), tuple(one.message for one in missing))
        first = missing[0]
        if first.sentence_id is not None:
            self.protocol.reveal(first.sentence_id)
        elif first.finding_id is not None:
            self.point_at(first.finding_id)

    def leave(self) -> None:
        """Back to the worklist, everything saved."""
        if self.protocol.flush():
            self.left.emit()

    def take_key(self, key: str) -> bool:
        """What is open over the room has the keys first: a choice, drawing, the assessment being walked."""
        if self.choice.isVisible():
            return self.choice.take_key(key)
        return self.viewports.take_key(key) or self.assessment.take_key(key)

    def _act_on(self, act: str, finding_id: str) -> None:
        self.verdicts.act_on(act, finding_id)
        self.refresh()

    def _commit(self, name: SectionName, changes: tuple[Change, ...]) -> bool:
        done = self.report.commit(name, changes)
        if not done:
            self.protocol.rebase(self.reading.draft())
        return done
