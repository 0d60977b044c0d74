"""Every image finds its place, and none is left out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import jsonschema
import pytest

from tests.ui.pictures import DAY, Reading, ellipse, finding, mammogram, result_with, screening, study_of
from workstation.base import resources
from workstation.base.codec import schema_of
from workstation.base.i18n import LANGUAGES, text
from workstation.model.codes import Code
from workstation.model.identity import SeriesUID, SOPInstanceUID
from workstation.model.result import Author, Match, RunStatus
from workstation.model.study import Image, PresentationIntent
from workstation.reading.hanging import Justify, PaneKind, Step, image_label, steps_for
from workstation.reading.hanging_protocols import PROTOCOLS
from workstation.reading.hanging_rules import HangingRules


def labels(step: Step) -> list[str]:
    return [pane.label for pane in sorted(step.panes, key=lambda pane: (pane.row, pane.column))]


def by_name(*args, **kwargs) -> dict[str, Step]:
    return {step.name: step for step in steps_for(Reading(*args, **kwargs))}


def radiograph(name: str, view: str | None, **changes: object) -> Image:
    return replace(mammogram("RCC"), sop_uid=SOPInstanceUID(name), modality="DX", laterality=None, view=view,
                   patient_orientation=("L", "F"), **changes)  # fmt: skip


def test_four_views_hang_with_the_chest_walls_together():
    step = by_name(study=screening())["four-views"]
    assert labels(step) == ["R CC", "L CC", "R MLO", "L MLO"]
    assert [pane.justify for pane in step.panes] == [Justify.RIGHT, Justify.LEFT, Justify.RIGHT, Justify.LEFT]
    assert all(pane.image for pane in step.panes)


def test_the_ai_step_shows_the_untouched_pair_left_and_the_same_pair_under_the_ai_right():
    step = by_name(study=screening(), results=(result_with(),))["ai-cc"]
    assert labels(step) == ["R CC", "L CC", "R CC", "L CC"]
    assert [pane.overlay for pane in step.panes] == [False, False, True, True]
    assert [pane.kind for pane in step.panes] == [PaneKind.ORIGINAL, PaneKind.ORIGINAL, PaneKind.AI, PaneKind.AI]
    assert [pane.image for pane in step.panes[:2]] == [pane.image for pane in step.panes[2:]]
    assert len({pane.link_group for pane in step.panes}) == 1


def test_a_missing_view_keeps_its_place_and_says_so():
    study = study_of(*(mammogram(name) for name in ("RCC", "LCC", "RMLO")))
    pane = by_name(study=study)["four-views"].panes[3]
    assert (pane.image, pane.label, pane.empty_key) == (None, "L MLO", "hanging.missing")


def test_a_result_without_findings_still_has_its_steps():
    names = by_name(study=screening(), results=(result_with(run_status=RunStatus.FAILED),))
    assert {"ai-cc", "ai-mlo"} <= set(names)


def test_every_service_has_steps_of_its_own_that_name_it():
    second = result_with(uid="10", service=replace(result_with().service, name="Second Opinion"))
    steps = by_name(study=screening(), results=(result_with(), second))
    assert steps["ai-cc"].results == ("9",)
    assert steps["ai-cc-2"].results == ("10",)
    assert steps["ai-cc-2"].title("en") == "AI · CC · Second Opinion"


@pytest.mark.parametrize(
    "changes", [{"match": Match(ok=False, problems=("another patient",))}, {"author": Author.PERSON}]
)
def test_what_is_no_matched_ai_result_is_never_hung(changes):
    steps = steps_for(Reading(study=screening(), results=(result_with(**changes),)))
    assert all(not pane.results for step in steps for pane in step.panes)


def test_a_prior_hangs_beside_the_current_study():
    prior = screening("0", DAY - timedelta(days=730))
    step = by_name(study=screening(), priors=(prior,))["prior-mlo"]
    assert [pane.kind for pane in step.panes] == [PaneKind.CURRENT, PaneKind.CURRENT, PaneKind.PRIOR, PaneKind.PRIOR]
    assert [pane.image.sop_uid for pane in step.panes] == ["1.RMLO", "1.LMLO", "0.RMLO", "0.LMLO"]
    assert step.detail == "11.2024"


def test_of_repeated_views_the_newest_takes_the_place_and_the_other_follows():
    repeat = mammogram("RCC", sop_uid=SOPInstanceUID("1.again"), content_at=DAY + timedelta(minutes=5))
    first = mammogram("RCC", content_at=DAY)
    steps = by_name(study=study_of(first, repeat, mammogram("LCC")))
    assert steps["cc"].panes[0].image == repeat
    assert [pane.image for pane in steps["images"].panes] == [first]


def test_a_raw_image_never_takes_the_place_of_the_one_for_presentation():
    raw = mammogram("RCC", sop_uid=SOPInstanceUID("1.raw"), presentation_intent=PresentationIntent.FOR_PROCESSING,
                    content_at=DAY + timedelta(hours=1))  # fmt: skip
    steps = by_name(study=study_of(raw, mammogram("RCC"), mammogram("LCC")))
    assert steps["four-views"].panes[0].image.sop_uid == "1.RCC"
    assert "images" not in steps
    assert list(steps)[-1] == "raw-images"
    assert steps["raw-images"].panes[0].image == raw


def test_no_image_is_left_out():
    extra = [mammogram("RXCCL", sop_uid=SOPInstanceUID(f"1.x{number}")) for number in range(7)]
    series = [replace(image, series_uid=SeriesUID(f"1.{number}")) for number, image in enumerate(extra)]
    study = study_of(*(mammogram(name) for name in ("RCC", "LCC")), *series)
    hung = {image.sop_uid for step in steps_for(Reading(study=study)) for pane in step.panes for image in pane.stack}
    assert hung == {image.sop_uid for image in study.images}


def test_a_mark_on_an_image_without_a_place_has_an_ai_step_too():
    extra = mammogram("LXCCL")
    study = study_of(*screening().images, extra)
    step = by_name(study=study, results=(result_with(finding(1, ellipse(extra))),))["ai-images"]
    assert [pane.image for pane in step.panes] == [extra, extra]
    assert [pane.overlay for pane in step.panes] == [False, True]


def test_a_services_own_picture_hangs_beside_its_source_and_in_no_ordinary_place():
    picture = mammogram("RCC", sop_uid=SOPInstanceUID("1.sc"), series_uid=SeriesUID("1.ai"), modality="OT",
                        source_images=(SOPInstanceUID("1.RCC"),))  # fmt: skip
    study = study_of(*screening().images, picture)
    steps = by_name(study=study, results=(result_with(overlay_series=(SeriesUID("1.ai"),)),))
    assert [pane.image.sop_uid for pane in steps["ai-series"].panes] == ["1.RCC", "1.LCC", "1.sc", "1.LCC"]
    assert steps["ai-series"].panes[2].kind is PaneKind.AI
    assert steps["ai-series"].title("en") == "AI · own series · CC"
    assert "images" not in steps
    assert "ai-series-2" not in steps


@pytest.mark.parametrize(("source", "beside"), [("1.LXCCL", ["1.LXCCL", "1.sc"]), ("1.gone", ["1.sc"])])
def test_a_services_picture_of_an_image_without_a_place_hangs_too_and_says_which(source, beside):
    picture = mammogram("LXCCL", sop_uid=SOPInstanceUID("1.sc"), series_uid=SeriesUID("1.ai"),
                        source_images=(SOPInstanceUID(source),))  # fmt: skip
    study = study_of(*screening().images, mammogram("LXCCL"), picture)
    steps = by_name(study=study, results=(result_with(overlay_series=(SeriesUID("1.ai"),)),))
    assert [pane.image.sop_uid for pane in steps["ai-series"].panes] == beside
    assert steps["ai-series"].panes[-1].results == ("9",)
    assert steps["ai-series"].title("en") == "AI · own series · L XCCL"


def test_steps_of_a_services_own_pictures_are_told_apart_by_their_titles():
    views = ("RCC", "LCC", "RMLO", "LMLO", "LXCCL", "RML")
    pictures = [
        mammogram(view, sop_uid=SOPInstanceUID(f"1.sc.{view}"), series_uid=SeriesUID("1.ai"),
                  source_images=(SOPInstanceUID(f"1.{view}"),))
        for view in views
    ]  # fmt: skip
    study = study_of(*screening().images, mammogram("LXCCL"), mammogram("RML"), *pictures)
    steps = by_name(study=study, results=(result_with(overlay_series=(SeriesUID("1.ai"),)),))
    own = [step for name, step in steps.items() if name.startswith("ai-series")]
    assert [step.title("ru") for step in own] == [
        f"{text('hanging.step.ai-series', 'ru')} · {what}" for what in ("CC", "MLO", "L XCCL", "R ML")
    ]


def test_chest_images_hang_alone_and_then_beside_the_ai():
    study = study_of(radiograph("1.pa", "PA"), radiograph("1.ll", "LL"))
    steps = by_name(study=study, results=(result_with(),))
    assert list(steps) == ["image", "lateral", "ai", "ai-lateral"]
    assert labels(steps["ai"]) == ["PA", "PA"]


def test_a_long_series_is_one_pane_to_leaf_through():
    slices = [
        replace(radiograph(f"1.{number}", None), modality="CT", series_uid=SeriesUID("1.ct"), instance_number=number)
        for number in range(1, 41)
    ]
    steps = by_name(study=study_of(*slices), results=(result_with(finding(1, ellipse(slices[20]))),))
    assert [len(pane.stack) for pane in steps["images"].panes] == [40]
    assert steps["ai-images"].panes[1].image == slices[20]


def test_a_modified_view_is_labelled_as_one():
    spot = Code(value="399055006", scheme="SCT", meaning="Spot Compression")
    assert image_label(mammogram("RCC", view_modifiers=(spot,))) == "R CC, S"


def test_a_study_without_images_has_no_steps():
    assert steps_for(Reading(study=study_of(), results=(result_with(),))) == ()


def test_step_names_are_unique_and_titled_in_both_languages():
    study = study_of(*screening().images, *(mammogram("RML", sop_uid=SOPInstanceUID(f"1.{n}")) for n in range(4)))
    priors = (screening("0", DAY - timedelta(days=400)), screening("00", DAY - timedelta(days=800)))
    steps = steps_for(Reading(study=study, priors=priors, results=(result_with(), result_with(uid="10"))))
    assert len({step.name for step in steps}) == len(steps)
    assert all(step.title(language) for step in steps for language in LANGUAGES)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_rules_are_data_that_the_schema_accepts(name):
    schema = json.loads(resources.path("schemas", "hanging.json").read_text(encoding="utf-8"))
    generated = {key: value for key, value in schema.items() if key != "$schema"}
    assert generated == schema_of(HangingRules)
    jsonschema.validate(resources.load("hanging", f"{name}.json"), generated)


def test_every_kind_of_pane_has_a_caption_in_both_languages():
    assert all(text(f"scene.{kind.value}", language) for kind in PaneKind for language in LANGUAGES)
