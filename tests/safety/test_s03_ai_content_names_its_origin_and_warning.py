"""S3: wherever AI content is visible or exported, its service, version and warning are visible too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from tests.reading.builders import MemoryJournal, origins
from tests.reading.builders import finding as finding_of
from tests.reading.builders import result as sr_of
from tests.reading.builders import study as mammography
from tests.ui.pictures import SERVICE, Reading, ellipse, finding, loader_of, mammogram, result_with, screening, study_of
from ui.render import list_steps, render
from ui.scene.captions import Caption
from ui.scene.layout import Rect, lay_out
from ui.scene.pane_painter import paint_caption
from ui.scene.scene_state import NothingDecided, ViewIntent, resolve
from workstation.base.errors import UsageError
from workstation.base.i18n import LANGUAGES, text
from workstation.model.identity import SeriesUID, SOPInstanceUID
from workstation.model.result import RunStatus, Service
from workstation.protocol.finalise import ai_statement
from workstation.reading.hanging import steps_for
from workstation.reading.opening import Material as MaterialToRead
from workstation.reading.opening import open_reading

STUDY = screening()
LCC = STUDY.image(SOPInstanceUID("1.LCC"))
MASS = finding(1, ellipse(LCC))
PICTURE = mammogram("RCC", sop_uid=SOPInstanceUID("1.sc"), series_uid=SeriesUID("1.ai"), modality="OT")

RESULTS = [
    result_with(MASS),
    result_with(MASS, warning=None),
    result_with(run_status=RunStatus.FAILED),
    result_with(MASS, service=Service()),
    result_with(overlay_series=(SeriesUID("1.ai"),)),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("overlays", [True, False])
@pytest.mark.parametrize("result", RESULTS)
def test_every_half_with_ai_content_names_service_version_and_warning(result, overlays, language):
    study = study_of(*STUDY.images, PICTURE) if result.overlay_series else STUDY
    material = Reading(study=study, results=(result,))
    seen = 0
    for step in steps_for(material):
        scene = resolve(step, material, NothingDecided(), ViewIntent(overlays=overlays, language=language))
        layout = lay_out(step, (1600, 900))
        for caption, rect in zip(scene.captions, layout.captions, strict=True):
            if any(pane.pane.results for pane in scene.panes) and caption and caption.of_the_ai:
                seen += 1
                assert caption.warning == (result.warning or text("scene.research_only", language))
                assert (result.service.name or text("scene.unnamed_service", language)) in caption.origin
                assert (result.service.version or text("scene.no_version", language)) in caption.origin
                assert rect.height > 0
        if any(pane.marks or pane.pane.results for pane in scene.panes):
            assert any(caption and caption.warning for caption in scene.captions)
    assert seen >= 2


def test_the_results_own_warning_is_preferred():
    registered = result_with(MASS, warning="Для поддержки принятия врачебных решений")
    material = Reading(study=STUDY, results=(registered,))
    step = next(step for step in steps_for(material) if step.name == "ai-cc")
    texts = resolve(step, material, NothingDecided(), ViewIntent()).texts
    assert "Для поддержки принятия врачебных решений" in texts
    assert text("scene.research_only", "en") not in texts


def pixels(path) -> np.ndarray:
    picture = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return rows[:, : picture.width() * 3].reshape(picture.height(), picture.width(), 3).copy()


@pytest.fixture
def rendered(tmp_path, qapp):
    def make(result, step="ai-cc", **options):
        out = tmp_path / f"{len(list(tmp_path.iterdir()))}.png"
        study = Reading(study=STUDY, results=(result,))
        render(study, step, size=(1280, 720), out=out, loader=loader_of(STUDY), **options)
        return pixels(out)

    return make


def amber(picture: np.ndarray) -> int:
    """Pixels in the warnings' colour in the strip above the images."""
    strip = picture[20:60].astype(int)
    return int(((strip[..., 0] > 150) & (strip[..., 1] > 110) & (strip[..., 2] < 130)).sum())


@pytest.mark.parametrize("overlays", [True, False])
def test_an_exported_picture_carries_the_warning_in_its_pixels(rendered, overlays):
    with_ai, without = rendered(result_with(MASS), overlays=overlays), rendered(result_with(MASS), step="cc")
    assert amber(with_ai) > 200
    assert amber(without) == 0


def test_another_service_is_another_picture(rendered):
    one = rendered(result_with(MASS))
    other = rendered(result_with(MASS, service=replace(SERVICE, version="2.0")))
    assert not np.array_equal(one[20:60], other[20:60])
    assert np.array_equal(one[100:600, :300], other[100:600, :300])


def test_marks_are_drawn_only_where_overlays_are_wanted(rendered):
    marked, plain = rendered(result_with(MASS)), rendered(result_with(MASS), overlays=False)
    different = np.nonzero((marked != plain)[60:].any(axis=2))
    assert different[1].min() > 960
    assert np.array_equal(marked[60:, :640], plain[60:, :640])


def test_an_exported_picture_names_the_patient(rendered, tmp_path):
    other = replace(STUDY, patient=replace(STUDY.patient, name="PETROVA^Elena"))
    out = tmp_path / "other.png"
    render(Reading(study=other), "cc", size=(1280, 720), out=out, loader=loader_of(other))
    assert not np.array_equal(pixels(out)[:20, :400], rendered(result_with(), step="cc")[:20, :400])


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", [120, 240, 400, 800])
def test_a_warning_is_never_cut_off(width):
    """However narrow the half is, the last letters of the warning are painted inside it."""

    def ink(warning: str) -> np.ndarray:
        picture = QImage(width, 30, QImage.Format.Format_RGB888)
        picture.fill(0)
        from PySide6.QtGui import QPainter

        painter = QPainter(picture)
        painter.setClipRect(QRect(0, 0, width, 30))
        caption = Caption(title="AI overlay", of_the_ai=True, origin="Reference Detector 1.0 · 10:42", warning=warning)
        paint_caption(painter, Rect(0, 0, width, 30), caption)
        painter.end()
        rows = np.frombuffer(picture.constBits(), np.uint8).reshape(30, picture.bytesPerLine())
        return rows[:, : width * 3].reshape(30, width, 3).copy()

    whole, cut = ink("For research purposes only"), ink("For research purposes on")
    different = np.nonzero((whole != cut).any(axis=2))[1]
    assert different.size
    assert different.max() < width - 1


def test_steps_can_be_listed_and_an_unknown_one_is_refused(tmp_path, qapp):
    material = Reading(study=STUDY, results=(result_with(MASS),))
    assert list_steps(material) == ("four-views", "cc", "mlo", "ai-cc", "ai-mlo")
    with pytest.raises(UsageError, match="this study has: four-views"):
        render(material, "ai-xx", size=(640, 480), out=tmp_path / "x.png", loader=loader_of(STUDY))


@pytest.mark.parametrize(
    ("status", "failed"), [(RunStatus.FAILED, True), (RunStatus.NOT_ATTEMPTED, True), (RunStatus.UNKNOWN, False)]
)
def test_a_service_whose_finding_was_decided_is_named_in_the_protocol_whatever_its_run_says(status, failed):
    told = finding_of(1, "RCC")
    material = MaterialToRead(study=mammography(), results=(replace(sr_of(told), run_status=status),))
    reading = open_reading(MemoryJournal(), material, reader="Petrova", origins=origins())
    reading.accept(told.finding_id)
    statement = ai_statement(reading.context, reading.state, "en")
    assert "Mammolux, version 3.2" in statement
    assert ("its run failed" in statement) is failed
    assert "For research purposes only" in statement
