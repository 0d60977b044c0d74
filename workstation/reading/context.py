"""What a reading is about: one immutable object that every pane is driven by."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.model.identity import FindingID, ReadingID, SOPInstanceUID
from workstation.model.problem import ProblemKind
from workstation.model.result import AIResult, Author, Finding, RenderingIntent
from workstation.model.study import Image, Laterality, Study
from workstation.overlays.current import current_results
from workstation.reading.hanging_rules import HangingRules
from workstation.reading.policy import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingContext:
    """A study with all that its reader may see.

    Attributes
    ----------
    results : the newest result of each service, and older ones as far as the reader decided on their findings; one that
        does not match the study is kept out of every view below (S1).
    language : of messages and of the protocol at first, "en" or "ru".
    hanging : hanging protocols to choose from; () stands for those shipped.
    """

    reading_id: ReadingID
    study: Study
    policy: Programme
    priors: tuple[Study, ...] = ()
    results: tuple[AIResult, ...] = ()
    language: str = "en"
    hanging: tuple[HangingRules, ...] = ()

    @property
    def matched(self) -> tuple[AIResult, ...]:
        """AI results that belong to the study; a person's report is none."""
        return tuple(result for result in self.results if result.match.ok and result.author is not Author.PERSON)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings that a reader may be shown and can decide, service by service; their parts are decided with them."""
        return tuple(
            finding
            for result in self.matched
            for finding in result.findings
            if finding.rendering_intent is not RenderingIntent.NOT_FOR_PRESENTATION
        )

    @property
    def superseded(self) -> frozenset[SOPInstanceUID]:
        """Results that a newer one of the same service has replaced; what the reader decided on them is still told."""
        newest = {result.sr_uid for result in current_results(self.results)}
        return frozenset(result.sr_uid for result in self.results) - newest

    @property
    def breasts(self) -> tuple[Laterality, ...]:
        """Breasts of which the study has or may have an image, right first; empty where the programme has no breasts.

        An image whose side nobody states may show either.
        """
        if not self.policy.needs_birads:
            return ()
        seen = {image.laterality for image in self.study.images}
        both = Laterality.BOTH in seen or bool(self.unsided)
        return tuple(side for side in (Laterality.RIGHT, Laterality.LEFT) if both or side in seen)

    @property
    def unsided(self) -> tuple[Image, ...]:
        """The patient's images that should state which breast they show, and do not."""
        if not self.policy.needs_birads:
            return ()
        return tuple(
            image
            for image in self.study.own_images
            if image.laterality is None and image.modality in self.policy.modalities
        )

    def finding(self, finding_id: FindingID) -> Finding | None:
        """The finding with this id among those that can be decided."""
        return next((finding for finding in self.findings if finding.finding_id == finding_id), None)

    def is_stale(self, finding_id: FindingID) -> bool:
        """Whether the finding's result is older than an image that it speaks of (R4)."""
        result = self.result_of(finding_id)
        return result is not None and any(problem.kind is ProblemKind.STALE for problem in result.problems)

    def result_of(self, finding_id: FindingID) -> AIResult | None:
        """The result that a finding is in."""
        return next(
            (result for result in self.matched if any(f.finding_id == finding_id for f in result.findings)), None
        )
