"""Special images are named, never mistaken for the ordinary picture, and never left out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.ui.pictures import DAY, Reading, ellipse, finding, mammogram, result_with, study_of
from workstation.base.i18n import LANGUAGES, catalogue
from workstation.model.codes import Code
from workstation.model.identity import SOPInstanceUID
from workstation.model.study import Image, PresentationIntent
from workstation.reading.hanging import Step, image_label, steps_for
from workstation.reading.special import (
    MODIFIERS,
    Remark,
    is_comparable,
    mosaic_parts,
    remarks,
    remarks_in_words,
    superseded,
)

LATER = DAY + timedelta(hours=1)


def modified(code: str, view: str = "RCC", **changes: object) -> Image:
    modifier = Code(value=code, scheme="SCT", meaning="as the maker wrote it")
    return mammogram(view, sop_uid=SOPInstanceUID(f"1.{view}.{code}"), view_modifiers=(modifier,), content_at=LATER,
                     **changes)  # fmt: skip


def by_name(*images: Image, results=()) -> dict[str, Step]:
    return {step.name: step for step in steps_for(Reading(study=study_of(*images), results=tuple(results)))}


SPECIAL = [
    *(modified(code) for code in MODIFIERS if MODIFIERS[code][0] not in
      (Remark.NIPPLE_IN_PROFILE, Remark.INFRAMAMMARY_FOLD)),
    modified("12345"),
    mammogram("RCC", sop_uid=SOPInstanceUID("1.part"), partial_view=True, content_at=LATER),
    mammogram("RCC", sop_uid=SOPInstanceUID("1.qc"), quality_control=True, content_at=LATER),
    mammogram("RCC", sop_uid=SOPInstanceUID("1.mag"), magnification=1.8, content_at=LATER),
    mammogram("RCC", sop_uid=SOPInstanceUID("1.syn"), image_type=("DERIVED", "PRIMARY", "GENERATED_2D"),
              content_at=LATER),
]  # fmt: skip


@pytest.mark.parametrize("special", SPECIAL, ids=lambda image: image.sop_uid)
def test_a_later_special_view_never_takes_the_place_of_the_ordinary_one(special):
    steps = by_name(special, mammogram("RCC", content_at=DAY), mammogram("LCC"))
    assert steps["four-views"].panes[0].image.sop_uid == "1.RCC"
    assert any(special == pane.image for step in steps.values() for pane in step.panes)


@pytest.mark.parametrize("special", [
    modified("399163009"), modified("399055006"), mammogram("RCC", magnification=1.8),
    mammogram("RCC", quality_control=True),
], ids=str)  # fmt: skip
def test_what_does_not_show_the_whole_breast_leaves_the_place_empty(special):
    steps = by_name(special, mammogram("LCC"))
    assert steps["cc"].panes[0].image is None
    assert [pane.image for pane in steps["images"].panes] == [special]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("remark", Remark)
def test_every_remark_has_its_word(language, remark):
    assert f"image.{remark.value}" in catalogue(language)


def test_remarks_are_said_in_the_readers_language_with_the_factor():
    image = modified("399163009", magnification=1.8, lossy=True)
    assert remarks_in_words(image, "en") == ("Magnification ×1.8", "Lossy compression")
    assert remarks_in_words(image, "ru") == ("Увеличение ×1.8", "Сжатие с потерями")
    assert image_label(image) == "R CC, M"


def test_a_modifier_that_nobody_knows_keeps_the_makers_words():
    assert remarks_in_words(modified("12345"), "ru") == ("as the maker wrote it",)


@pytest.mark.parametrize(("image", "comparable"), [
    (mammogram("RCC"), True), (mammogram("RCC", magnification=1.08), True), (modified("399197002"), True),
    (modified("399161006"), True), (modified("399163009"), False), (modified("399055006"), False),
    (modified("399209000"), False), (modified("12345"), False), (mammogram("RCC", magnification=1.5), False),
    (mammogram("R", view="SPECIMEN"), False), (mammogram("RCC", partial_view=True), True),
])  # fmt: skip
def test_only_contact_views_of_the_breast_are_shown_in_one_size(image, comparable):
    assert is_comparable(image) is comparable


def test_a_chest_image_is_never_called_a_magnification_view():
    assert remarks(mammogram("RCC", modality="DX", magnification=1.4)) == ()


def raw(view: str, **changes: object) -> Image:
    return mammogram(view, sop_uid=SOPInstanceUID(f"1.raw.{view}"), content_at=LATER,
                     presentation_intent=PresentationIntent.FOR_PROCESSING, **changes)  # fmt: skip


def test_a_raw_image_gives_way_only_to_its_own_sister():
    other = mammogram("LCC", source_images=(SOPInstanceUID("1.raw.RML"),))
    images = (raw("LCC"), raw("RCC"), raw("RML"), other, modified("399055006"))
    assert superseded(images) == {"1.raw.LCC", "1.raw.RML"}


def test_a_raw_image_without_a_sister_hangs_in_its_place_and_is_named():
    steps = by_name(raw("RCC"), mammogram("LCC"))
    assert steps["four-views"].panes[0].image == raw("RCC")
    assert remarks_in_words(raw("RCC"), "en") == ("For processing, not for presentation",)
    assert "raw-images" not in steps


def test_a_mark_on_a_raw_image_has_an_ai_step_though_its_sister_hangs():
    steps = by_name(raw("RCC"), mammogram("RCC"), mammogram("LCC"),
                    results=[result_with(finding(1, ellipse(raw("RCC"))))])  # fmt: skip
    assert [pane.image.sop_uid for pane in steps["ai-images"].panes] == ["1.raw.RCC"] * 2


def test_partial_views_that_belong_together_are_called_a_mosaic():
    parts = [mammogram("RCC", sop_uid=SOPInstanceUID(f"1.{part}"), partial_view=True) for part in "ab"]
    alone = mammogram("LCC", partial_view=True)
    assert mosaic_parts([*parts, alone, mammogram("RMLO")]) == {"1.a", "1.b"}
    assert remarks_in_words(parts[0], "en", of_mosaic=True) == (
        "Part of a mosaic: one of several pictures of this view",
    )
    assert remarks_in_words(alone, "en") == ("Partial view: not the whole breast",)
