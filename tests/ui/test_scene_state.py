"""What is to be seen, resolved without drawing it: which marks where, in which ink, under which words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from tests.ui.pictures import DAY, Reading, breast, ellipse, finding, mammogram, result_with, screening, study_of
from ui.scene.annotations import Tone
from ui.scene.marks import Ink, own_letter
from ui.scene.raster import Pyramid
from ui.scene.scene_state import NothingDecided, SceneState, ViewIntent, marks_of, resolve
from ui.scene.stage import Stage
from workstation.base.i18n import text
from workstation.model import lexicon
from workstation.model.codes import Code
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import FindingID, SOPInstanceUID, TrackingUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import RenderingIntent, RunStatus, Score, Service, Triage
from workstation.model.study import PresentationIntent
from workstation.model.verdict import Decision, ReaderFinding, Verdict
from workstation.reading.hanging import steps_for

STUDY = screening()
LCC = STUDY.image(SOPInstanceUID("1.LCC"))
MASS = finding(1, ellipse(LCC))
FAINT = finding(2, ellipse(LCC, center=(80.0, 80.0)), probability=0.12, intent=RenderingIntent.OPTIONAL)


@dataclass(frozen=True)
class Decided:
    verdicts: dict = field(default_factory=dict)
    added: dict = field(default_factory=dict)


def scene_of(step: str, *, study=STUDY, results=(), decisions=None, **intent: object) -> SceneState:
    material = Reading(study=study, results=tuple(results))
    chosen = next(one for one in steps_for(material) if one.name == step)
    return resolve(chosen, material, decisions or NothingDecided(), ViewIntent(**intent))


def verdict(decision: Decision, number: int = 1) -> Decided:
    finding_id = FindingID(f"9#{number}")
    given = Verdict(finding_id=finding_id, sr_uid=SOPInstanceUID("9"), tracking_uid=TrackingUID("1"), decision=decision)
    return Decided(verdicts={finding_id: given})


def own_finding(mark: Mark) -> Decided:
    finding_id = FindingID("reader#1")
    added = ReaderFinding(finding_id=finding_id, tracking_uid=TrackingUID("1"), kind=lexicon.DISTORTION, marks=(mark,))
    return Decided(added={finding_id: added})


def test_a_mark_is_labelled_with_number_kind_and_probability():
    pane = scene_of("ai-cc", results=[result_with(MASS)]).panes[3]
    assert [mark.label for mark in pane.marks] == ["1 Mass 87 %"]


def test_a_label_speaks_the_readers_language():
    pane = scene_of("ai-cc", results=[result_with(MASS)], language="ru").panes[3]
    assert pane.marks[0].label == "1 Объёмное образование 87 %"


def test_a_score_that_is_no_probability_keeps_its_name_and_unit():
    scored = replace(MASS, probability=None, score=Score(name="Malignancy", value=7.5, unit="of 10"))
    assert scene_of("ai-cc", results=[result_with(scored)]).panes[3].marks[0].label == "1 Mass Malignancy 7.5 of 10"


def test_the_untouched_half_has_no_marks():
    scene = scene_of("ai-cc", results=[result_with(MASS)])
    assert [len(pane.marks) for pane in scene.panes] == [0, 0, 0, 1]


@pytest.mark.parametrize(("decision", "ink"), [
    (Decision.ACCEPT, Ink.ACCEPTED), (Decision.MODIFY, Ink.ACCEPTED), (Decision.REJECT, Ink.REJECTED),
])  # fmt: skip
def test_the_ink_follows_the_verdict(decision, ink):
    pane = scene_of("ai-cc", results=[result_with(MASS)], decisions=verdict(decision)).panes[3]
    assert pane.marks[0].ink is ink


def test_numbers_run_on_over_the_services():
    other = replace(finding(7, ellipse(LCC)), finding_id=FindingID("10#1"))
    scene = scene_of("ai-cc-2", results=[result_with(MASS), result_with(other, uid="10")])
    assert [mark.label for mark in scene.panes[3].marks] == ["2 Mass 87 %"]


def test_of_a_finding_with_outline_and_centre_the_outline_carries_the_words():
    centre = Mark(sop_uid=LCC.sop_uid, shape=Shape.POINT, points=((200.0, 250.0),))
    marks = scene_of("ai-cc", results=[result_with(finding(1, centre, ellipse(LCC)))]).panes[3].marks
    assert [mark.label for mark in marks] == ["", "1 Mass 87 %"]


def test_optional_findings_below_the_threshold_are_counted_not_drawn():
    scene = scene_of("ai-cc", results=[result_with(MASS, FAINT)], threshold=0.5)
    assert [mark.finding_id for mark in scene.panes[3].marks] == ["9#1"]
    assert "1 hidden below the threshold" in scene.texts
    shown = scene_of("ai-cc", results=[result_with(MASS, FAINT)], threshold=0.5, with_optional=True)
    assert len(shown.panes[3].marks) == 2


@pytest.mark.parametrize("decisions", [verdict(Decision.REJECT, 2), None])
def test_an_optional_finding_that_was_decided_or_is_looked_at_is_drawn(decisions):
    selected = None if decisions else FindingID("9#2")
    scene = scene_of("ai-cc", results=[result_with(FAINT)], threshold=0.5, decisions=decisions, selected=selected)
    assert [mark.finding_id for mark in scene.panes[3].marks] == ["9#2"]


def test_a_required_finding_is_never_hidden_by_the_threshold():
    weak = replace(MASS, probability=0.01)
    assert scene_of("ai-cc", results=[result_with(weak)], threshold=0.9).panes[3].marks


def test_a_finding_not_for_presentation_is_never_drawn_nor_numbered():
    kept_back = replace(MASS, rendering_intent=RenderingIntent.NOT_FOR_PRESENTATION)
    scene = scene_of("ai-cc", results=[result_with(kept_back, replace(FAINT, probability=0.6))], with_optional=True)
    assert [mark.label for mark in scene.panes[3].marks] == ["1 Mass 60 %"]


def test_the_readers_own_finding_is_white_and_lettered_and_leaves_the_original_untouched():
    scene = scene_of("ai-cc", results=[result_with()], decisions=own_finding(ellipse(LCC)))
    assert [len(pane.marks) for pane in scene.panes] == [0, 0, 0, 1]
    assert (scene.panes[3].marks[0].ink, scene.panes[3].marks[0].label) == (Ink.READER, "a Architectural distortion")


def test_letters_go_on_after_z():
    assert [own_letter(at) for at in (0, 25, 26, 51, 52, 702)] == ["a", "z", "aa", "az", "ba", "aaa"]


def test_overlays_off_leaves_the_caption():
    scene = scene_of("ai-cc", results=[result_with(MASS)], overlays=False)
    assert not any(pane.marks for pane in scene.panes)
    assert scene.captions[1].warning == "For research purposes only"
    assert "Overlays hidden" in scene.texts


def test_foreign_words_stay_on_one_plain_line():
    service = Service(name="<b>Evil</b>\n\x07 Service" + "x" * 200, version="1")
    caption = scene_of("ai-cc", results=[result_with(service=service)]).captions[1]
    assert caption.origin.startswith("<b>Evil</b> Servicexxx")
    assert all("\n" not in text and "\x07" not in text and len(text) < 200 for text in caption.texts)


@pytest.mark.parametrize(("changes", "said", "troubled"), [
    ({"triage": Triage.NORMAL}, "AI: nothing found", False),
    ({"triage": Triage.UNDETERMINED}, "AI: no findings, and no statement that the study is normal", True),
    ({"run_status": RunStatus.FAILED}, "AI run failed: no statement on this study", True),
    ({"run_status": RunStatus.NOT_ATTEMPTED}, "AI did not analyse this study", True),
    ({"run_status": RunStatus.UNKNOWN}, "AI run: outcome not stated", True),
    ({"run_status": RunStatus.PARTIAL}, "AI run incomplete: not everything was analysed", True),
    ({"complete": False}, "AI result incomplete: parts could not be read", True),
])  # fmt: skip
def test_a_service_without_findings_says_why(changes, said, troubled):
    caption = scene_of("ai-cc", results=[result_with(**changes)]).captions[1]
    assert (caption.statements, caption.troubled) == ((said,), troubled)


def test_a_pair_without_marks_says_that_they_are_elsewhere():
    assert "No marks on this image" in scene_of("ai-mlo", results=[result_with(MASS)]).texts


def test_annotations_say_view_time_and_technique():
    lines = [line.text for line in scene_of("cc").panes[0].lines]
    assert lines == ["R CC", "18.11.2026 10:42:08", "29 kV 63 mAs W/Rh", "54 mm 82 N AGD 1.4 mGy"]


def test_what_limits_an_image_stands_on_it():
    two_sides = Problem(kind=ProblemKind.INCONSISTENT, where="1", message="Two lateralities.")
    image = mammogram(
        "RCC", lossy=True, presentation_intent=PresentationIntent.FOR_PROCESSING, patient_orientation=("A", "R"),
        problems=(two_sides,),
    )  # fmt: skip
    warnings = scene_of("cc", study=study_of(image)).panes[0].warnings
    assert [line.tone for line in warnings] == [Tone.RED, Tone.AMBER, Tone.AMBER, Tone.AMBER]
    assert [line.text for line in warnings[1:]] == [
        "For processing, not for presentation", "Lossy compression",
        text("problem.inconsistent.title", "en"),
    ]  # fmt: skip


def test_a_part_of_a_mosaic_says_so():
    parts = [mammogram("RCC", sop_uid=SOPInstanceUID(f"1.{part}"), partial_view=True) for part in "ab"]
    scene = scene_of("cc", study=study_of(*parts, mammogram("LCC")))
    assert [line.text for line in scene.panes[0].warnings] == ["Part of a mosaic: one of several pictures of this view"]


def test_a_spot_view_has_a_size_of_its_own_beside_contact_views():
    spot = Code(value="399055006", scheme="SCT", meaning="Spot Compression")
    near = mammogram("RCC", sop_uid=SOPInstanceUID("1.spot"), view_modifiers=(spot,))
    near = replace(near, spacing=replace(near.spacing, row_mm=0.1, column_mm=0.1))
    stage = Stage()
    scene = scene_of("images", study=study_of(near, mammogram("RXCCL")))
    frames = {(pane.image.sop_uid, 1): Pyramid(breast(pane.image)) for pane in scene.panes}
    stage.show(scene, frames)
    stage.resize((800, 400), 1.0)
    assert stage.view(0).zoom == pytest.approx(stage.view(1).zoom, rel=0.01)


def test_patient_directions_stand_at_the_edges_as_the_image_is_turned():
    turned = mammogram("RCC", patient_orientation=("A", "L"))
    assert scene_of("cc", study=study_of(turned)).panes[0].edges == ("A", "R", "P", "L")


def test_a_missing_view_is_named():
    scene = scene_of("four-views", study=study_of(mammogram("RCC")))
    assert "L MLO is missing" in scene.texts


def test_a_prior_says_its_date():
    material = Reading(study=STUDY, priors=(screening("0", DAY.replace(year=2024)),))
    step = next(step for step in steps_for(material) if step.name == "prior-cc")
    captions = resolve(step, material, NothingDecided(), ViewIntent()).captions
    assert [(caption.title, caption.origin) for caption in captions] == [
        ("Current", "18.11.2026"),
        ("Prior", "18.11.2024"),
    ]


def test_a_finding_gives_all_its_marks_to_be_looked_for():
    material = Reading(study=STUDY, results=(result_with(MASS),))
    assert marks_of(FindingID("9#1"), material, NothingDecided()) == MASS.marks
    own = own_finding(ellipse(LCC))
    assert marks_of(FindingID("reader#1"), material, own) == (ellipse(LCC),)
    assert marks_of(FindingID("nobody"), material, own) == ()
