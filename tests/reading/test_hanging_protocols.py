"""Each kind of study finds its hanging protocol; the site's own go first, and a wrong one is told of."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.ui.pictures import DAY, Reading, ellipse, finding, mammogram, result_with, screening, study_of
from ui.scene.scene_state import NothingDecided, ViewIntent, leafed, positions, resolve
from workstation.base import resources
from workstation.base.i18n import LANGUAGES, catalogue
from workstation.model.codes import Code
from workstation.model.identity import SeriesUID, SOPInstanceUID
from workstation.model.problem import ProblemKind
from workstation.model.study import Image, Study
from workstation.reading.hanging import Step, steps_for
from workstation.reading.hanging_protocols import PROTOCOLS, extended, read_protocols, rules_for, shipped

FRAMES = 12


def by_name(study: Study, **more: object) -> dict[str, Step]:
    return {step.name: step for step in steps_for(Reading(study=study, **more))}


def shown(step: Step) -> list[str | None]:
    return [pane.image.sop_uid if pane.image else None for pane in step.panes]


def volume(name: str, **changes: object) -> Image:
    return mammogram(name, sop_uid=SOPInstanceUID(f"1.{name}.dbt"), frames=FRAMES, **changes)


def synthetic(name: str) -> Image:
    return mammogram(name, image_type=("DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D"))


def slices(series: str, modality: str, count: int) -> list[Image]:
    return [
        replace(mammogram("RCC"), sop_uid=SOPInstanceUID(f"{series}.{number}"), series_uid=SeriesUID(series),
                modality=modality, laterality=None, view=None, patient_orientation=None, instance_number=number)
        for number in range(1, count + 1)
    ]  # fmt: skip


TOMO = study_of(*(make(name) for name in ("RCC", "LCC", "RMLO", "LMLO") for make in (synthetic, volume)))
SPOT = Code(value="399055006", scheme="SCT", meaning="Spot Compression")
EXTRA = mammogram("RXCCL")
DIAGNOSTIC = study_of(*screening().images, EXTRA, mammogram("LMLO", sop_uid=SOPInstanceUID("1.spot"),
                                                             view_modifiers=(SPOT,)))  # fmt: skip
CHEST = replace(mammogram("RCC"), modality="DX", laterality=None, view="PA", patient_orientation=("L", "F"))


@pytest.mark.parametrize(("study", "name"), [
    (screening(), "mammography_screening"), (DIAGNOSTIC, "mammography_diagnostic"),
    (TOMO, "mammography_tomosynthesis"), (study_of(CHEST), "chest"),
    (replace(study_of(CHEST), description="Флюорография ОГК"), "fluorography"),
    (replace(study_of(CHEST), description="ФЛГ профилактическая"), "fluorography"),
    (study_of(*slices("7", "CT", 3)), "ct"), (study_of(*slices("7", "MR", 3)), "mr"),
    (study_of(*slices("7", "US", 3)), "other"), (study_of(), "other"),
])  # fmt: skip
def test_every_study_finds_its_protocol(study, name):
    assert rules_for(study).name == name


def test_extra_views_hang_beside_the_ordinary_view_of_the_same_breast():
    steps = by_name(DIAGNOSTIC)
    assert shown(steps["extra"]) == ["1.RCC", "1.RXCCL"]
    assert shown(steps["extra-2"]) == ["1.LMLO", "1.spot"]
    assert steps["extra-2"].title("en") == "Extra view · L MLO, S"
    assert list(steps)[:3] == ["four-views", "cc", "mlo"]
    assert "images" not in steps


def test_an_extra_view_without_its_ordinary_one_is_not_left_out():
    steps = by_name(study_of(mammogram("LCC"), EXTRA))
    assert shown(steps["images"]) == ["1.RXCCL"]


def test_a_tomosynthesis_hangs_as_a_stack_beside_the_synthetic_picture():
    steps = by_name(TOMO)
    assert shown(steps["four-views"]) == ["1.RCC", "1.LCC", "1.RMLO", "1.LMLO"]
    assert shown(steps["dbt-r-cc"]) == ["1.RCC.dbt", "1.RCC"]
    assert [pane.label for pane in steps["dbt-r-cc"].panes] == ["R CC DBT", "R CC"]
    assert shown(steps["dbt-mlo"]) == ["1.RMLO.dbt", "1.LMLO.dbt"]
    assert "images" not in steps


def test_views_without_a_volume_have_no_step_that_asks_for_one():
    steps = by_name(study_of(*screening().images, volume("RMLO")))
    assert {name for name in steps if name.startswith("dbt")} == {"dbt-mlo", "dbt-r-mlo"}


def test_a_volume_without_a_picture_takes_the_views_place_once():
    steps = by_name(study_of(volume("RCC"), mammogram("LCC")))
    assert shown(steps["cc"]) == ["1.RCC.dbt", "1.LCC"]
    assert "dbt-r-cc" not in steps


def test_the_frames_of_a_volume_are_leafed_through_while_the_picture_beside_it_stays():
    material = Reading(study=TOMO)
    step = by_name(TOMO)["dbt-r-cc"]
    scene = resolve(step, material, NothingDecided(), ViewIntent())
    places = leafed(scene, (0, 0), 4, (0, 1))
    scene = resolve(step, material, NothingDecided(), ViewIntent(positions=places))
    assert [pane.key for pane in scene.panes] == [("1.RCC.dbt", 5), ("1.RCC", 1)]
    assert f"5 / {FRAMES}" in [line.text for line in scene.panes[0].lines]
    assert leafed(scene, places, 99, (0, 1)) == (FRAMES - 1, 0)
    assert len(positions(step.panes[0])) == FRAMES


def test_a_mark_on_a_frame_is_drawn_on_that_frame_only():
    mark = replace(ellipse(volume("LCC")), frame=7)
    material = Reading(study=TOMO, results=(result_with(finding(1, mark)),))
    step = next(step for step in steps_for(material) if step.name == "ai-dbt-cc")
    marks = {
        frame: [len(pane.marks) for pane in resolve(step, material, NothingDecided(), ViewIntent(
            positions=(frame - 1,) * 4)).panes]
        for frame in (6, 7)
    }  # fmt: skip
    assert marks == {6: [0, 0, 0, 0], 7: [0, 0, 0, 1]}


def test_a_fluorography_hangs_beside_the_prior_and_the_ai():
    prior = study_of(replace(CHEST, sop_uid=SOPInstanceUID("0.RCC")), uid="0", day=DAY - timedelta(days=400))
    study = replace(study_of(CHEST), description="Флюорография")
    steps = by_name(study, priors=(prior,), results=(result_with(),))
    assert [shown(steps[name]) for name in ("image", "prior", "ai")] == [
        ["1.RCC"], ["1.RCC", "0.RCC"], ["1.RCC", "1.RCC"],
    ]  # fmt: skip


def test_a_prior_lateral_image_that_no_step_compares_is_not_left_out():
    prior = study_of(
        *(replace(CHEST, sop_uid=SOPInstanceUID(f"0.{view}"), view=view) for view in ("PA", "LL")), uid="0"
    )
    steps = by_name(study_of(CHEST), priors=(prior,))
    assert shown(steps["prior-images"]) == ["0.LL"]


def test_every_series_of_a_ct_is_a_pane_to_leaf_through():
    study = study_of(*slices("7", "CT", 40), *slices("8", "CT", 3), *slices("9", "CT", 30))
    step = by_name(study)["images"]
    assert [len(pane.stack) for pane in step.panes] == [40, 3, 30]
    assert len({pane.link_group for pane in step.panes}) == 3


def test_an_mr_shows_six_series_at_once_and_goes_on():
    study = study_of(*(image for number in range(8) for image in slices(f"7{number}", "MR", 2)))
    steps = by_name(study)
    assert (steps["images"].columns, steps["images"].rows, len(steps["images"].panes)) == (3, 2, 6)
    assert len(steps["images-2"].panes) == 2


@pytest.mark.parametrize("rules", shipped(), ids=lambda rules: rules.name)
def test_the_shipped_protocols_hold_together_and_their_steps_have_names(rules):
    whole = extended(rules, shipped())
    named = {f"hanging.step.{step.name}" for step in whole.steps}
    assert all(named <= catalogue(language).keys() for language in LANGUAGES)


def own(folder, name: str, **content: object) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"name": name, **content}), encoding="utf-8")


CC_FIRST = {
    "modalities": ["MG"], "extends": "mammography_screening",
    "steps": [{"name": "cc-first", "for_each": "study", "columns": 1, "rows": 2, "title": {"en": "CC first"},
               "panes": [{"column": 0, "row": 0, "place": "R CC"}, {"column": 0, "row": 1, "place": "L CC"}]}],
}  # fmt: skip


def test_a_protocol_of_the_site_goes_before_those_shipped(tmp_path):
    own(tmp_path / "hanging", "our_screening", **CC_FIRST)
    protocols = read_protocols(tmp_path / "hanging")
    assert protocols.problems == ()
    assert rules_for(screening(), protocols.rules).name == "our_screening"
    step = by_name(screening(), hanging=protocols.rules)["cc-first"]
    assert (shown(step), step.title("en"), step.title("ru")) == (["1.RCC", "1.LCC"], "CC first", "CC first")


def test_a_copy_replaces_the_shipped_protocol_of_its_name(tmp_path):
    copied = resources.load("hanging", "mammography_screening.json")
    (tmp_path / "hanging").mkdir()
    only_cc = {**copied, "steps": [step for step in copied["steps"] if step["name"] == "cc"]}
    (tmp_path / "hanging" / "mine.json").write_text(json.dumps(only_cc), encoding="utf-8")
    protocols = read_protocols(tmp_path / "hanging")
    assert [rules.name for rules in protocols.rules] == list(PROTOCOLS)
    steps = by_name(screening(), hanging=protocols.rules)
    assert list(steps) == ["cc", "images"]
    assert shown(steps["images"]) == ["1.RMLO", "1.LMLO"]


@pytest.mark.parametrize("content", [
    "{", "[]", '{"modalities": ["MG"]}', '{"name": "x", "pages": [1, 1]}', '{"name": "x", "page": [0, 1]}',
    '{"name": "x", "extends": "y"}', '{"name": "x", "extends": "x"}', '{"name": "chest", "extends": "fluorography"}',
    '{"name": "x", "stacks_from": 0}', '{"name": "x", "steps": [{"name": "s"}]}',
    '{"name": "x", "steps": [{"name": "s", "for_each": "study", "columns": 1, "rows": 1, "panes": []}]}',
    '{"name": "x", "steps": [{"name": "s", "for_each": "study", "columns": 1, "rows": 1, "panes": '
    '[{"column": 0, "row": 0, "place": "nowhere"}]}]}',
    '{"name": "x", "places": [{"name": "p", "views": ["CC"]}], "steps": [{"name": "s", "for_each": "study", '
    '"columns": 1, "rows": 1, "panes": [{"column": 1, "row": 0, "place": "p"}]}]}',
    '{"name": "x", "steps": [{"name": "s", "for_each": "study", "columns": 1, "rows": 1, "panes": '
    '[{"column": 0, "row": 0, "side": "extra"}]}]}',
])  # fmt: skip
def test_a_wrong_protocol_is_told_of_and_the_shipped_one_stays(content, tmp_path):
    folder = tmp_path / "hanging"
    folder.mkdir()
    (folder / "wrong.json").write_text(content, encoding="utf-8")
    protocols = read_protocols(folder)
    assert [problem.kind for problem in protocols.problems] == [ProblemKind.HANGING]
    assert protocols.problems[0].where.endswith("wrong.json")
    assert protocols.rules == shipped()


def test_a_file_that_is_no_text_is_told_of(tmp_path):
    (tmp_path / "wrong.json").write_bytes(b"\xff\xfe\x00")
    assert len(read_protocols(tmp_path).problems) == 1


def test_without_own_protocols_there_is_nothing_to_tell(tmp_path):
    assert read_protocols(tmp_path / "hanging").rules == shipped()
