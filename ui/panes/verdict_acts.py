"""What the reader does with findings: accept, reject, modify, add, take back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.bridge.catalogue import Catalogue
from ui.dialogs.choice import ChoicePanel
from ui.dialogs.modify import ModifyDialog
from ui.panes.desk import Desk
from ui.panes.finding_words import finding_text
from workstation.model.geometry import Mark
from workstation.model.identity import FindingID
from workstation.model.problem import ProblemKind
from workstation.model.result import Finding
from workstation.model.study import Laterality
from workstation.model.verdict import Decision, Description
from workstation.reading.session import LATERALITY, STALE


class VerdictActs:
    """Acts on the finding that the desk points at.

    Parameters
    ----------
    choice : asks for a reason or a kind.
    window : parent of the dialog for changes.
    """

    def __init__(self, desk: Desk, say: Catalogue, choice: ChoicePanel, window: QWidget) -> None:
        self._desk = desk
        self._say = say
        self._choice = choice
        self._window = window

    @property
    def can_decide(self) -> bool:
        """Whether there is a finding to accept, modify or reject."""
        return self._desk.finding is not None

    @property
    def can_remove(self) -> bool:
        """Whether the finding pointed at is the reader's own."""
        return self._desk.current in self._desk.state.added

    def accept(self) -> None:
        """Accept the finding; a side that contradicts its image and a stale result only after saying so (S2, R4)."""
        finding = self._desk.finding
        if finding is not None:
            self._knowing_its_age(finding, lambda known: self._accept(finding, known))

    def _accept(self, finding: Finding, known: tuple[str, ...]) -> None:
        if any(problem.kind is ProblemKind.SIDE_CONTRADICTION for part in finding.walk() for problem in part.problems):
            self._ask_side(finding, known)
        else:
            self._desk.do(lambda: self._desk.session.accept(finding.finding_id, acknowledged=known))

    def reject(self) -> None:
        """Ask for the reason, then reject."""
        finding, session = self._desk.finding, self._desk.session
        if finding is None:
            return
        reasons = self._desk.context.policy.reason_choices()
        self._choice.ask(
            self._say("reject.title", finding=self._title_of(finding)),
            [reason.name(self._say.language) for reason in reasons],
            self._say("choice.hint"),
            lambda at: self._desk.do(lambda: session.reject(finding.finding_id, reasons[at].code)),
        )

    def modify(self) -> None:
        """Ask what the finding is instead, then accept it with the changes."""
        finding = self._desk.finding
        if finding is not None:
            self._knowing_its_age(finding, lambda known: self._modify(finding, known))

    def _modify(self, finding: Finding, known: tuple[str, ...]) -> None:
        session = self._desk.session
        policy, verdict = self._desk.context.policy, self._desk.state.verdicts.get(finding.finding_id)
        ModifyDialog(
            self._window,
            self._say,
            self._title_of(finding),
            policy.kind_choices(),
            verdict.changes if verdict and verdict.decision is Decision.MODIFY else Description(),
            with_category=policy.needs_birads,
            done=lambda changes: self._desk.do(lambda: session.modify(finding.finding_id, changes, acknowledged=known)),
        ).open()

    def remove(self) -> None:
        """Take the own finding back."""
        gone, session = self._desk.current, self._desk.session
        if gone is not None:
            self._desk.do(lambda: session.remove_finding(gone))

    def act_on(self, act: str, finding_id: str) -> None:
        """One of the acts above, by name, on a finding whose button was clicked."""
        self._desk.current = FindingID(finding_id)
        {"accept": self.accept, "modify": self.modify, "reject": self.reject, "remove": self.remove}[act]()

    def name_drawn(self, mark: Mark) -> None:
        """Ask what the drawn mark is, then add the finding."""
        kinds, session = self._desk.context.policy.kind_choices(), self._desk.session
        self._choice.ask(
            self._say("add.title"),
            [kind.name(self._say.language) for kind in kinds],
            self._say("choice.hint"),
            lambda at: self._desk.do(lambda: session.add_finding(kinds[at].code, (mark,))),
        )

    def _knowing_its_age(self, finding: Finding, go_on: Callable[[tuple[str, ...]], None]) -> None:
        """Go on at once, or, when the result has not seen the newest images, after the reader has said so."""
        if not self._desk.context.is_stale(finding.finding_id):
            go_on(())
            return
        self._choice.ask(
            self._say("stale.title"), [self._say("stale.accept")], self._say("choice.hint"), lambda _at: go_on((STALE,))
        )

    def _ask_side(self, finding: Finding, known: tuple[str, ...]) -> None:
        session = self._desk.session

        def settle(at: int) -> None:
            if at == 0:
                self._desk.do(lambda: session.accept(finding.finding_id, acknowledged=(*known, LATERALITY)))
            else:
                side = (Laterality.RIGHT, Laterality.LEFT)[at - 1]
                changes, knowingly = Description(laterality=side), (*known, LATERALITY)
                self._desk.do(lambda: session.modify(finding.finding_id, changes, acknowledged=knowingly))

        options = [self._say(f"contradiction.{name}") for name in ("accept", "right", "left")]
        self._choice.ask(self._say("contradiction.title"), options, self._say("choice.hint"), settle)

    def _title_of(self, finding: Finding) -> str:
        context = self._desk.context
        number = context.findings.index(finding) + 1
        return finding_text(number, finding, context, self._desk.state, self._say).title
