"""Whole scenes against pictures that a person has looked at; DIPTYCH_UPDATE_GOLDEN=1 draws them anew."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.ui.pictures import DAY, Reading, breast, ellipse, finding, mammogram, result_with, screening, study_of
from ui.render import render
from workstation.model import lexicon
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import FindingID, SOPInstanceUID, TrackingUID
from workstation.model.result import RenderingIntent, RunStatus
from workstation.model.verdict import Decision, ReaderFinding, Verdict

FOLDER = Path(__file__).parent
SIZE = (800, 450)
LOUDEST_MEAN, LOUDEST_SHARE = 1.5, 0.01
"""Mean difference in grey levels, share of pixels more than 48 levels off: letters differ a little between systems."""

STUDY, PRIOR = screening(), screening("0", DAY.replace(year=2024))
LCC, RCC = (STUDY.image(SOPInstanceUID(uid)) for uid in ("1.LCC", "1.RCC"))
FINDINGS = (
    finding(1, ellipse(LCC, center=(120.0, 200.0))),
    finding(2, ellipse(LCC, center=(150.0, 330.0)), probability=0.66),
    finding(3, Mark(sop_uid=LCC.sop_uid, shape=Shape.POINT, points=((60.0, 270.0),)),
            kind=lexicon.CALCIFICATION_CLUSTER, probability=0.41, intent=RenderingIntent.OPTIONAL),
    finding(4, ellipse(RCC, center=(300.0, 250.0)), kind=lexicon.DISTORTION, probability=0.55),
)  # fmt: skip


@dataclass(frozen=True)
class Decided:
    verdicts: dict = field(default_factory=dict)
    added: dict = field(default_factory=dict)


def verdict(number: int, decision: Decision) -> Verdict:
    finding_id, tracking_uid = FindingID(f"9#{number}"), TrackingUID(str(number))
    return Verdict(finding_id=finding_id, sr_uid=SOPInstanceUID("9"), tracking_uid=tracking_uid, decision=decision)


OWN = ReaderFinding(finding_id=FindingID("reader#1"), tracking_uid=TrackingUID("7"), kind=lexicon.ASYMMETRY,
                    marks=(ellipse(RCC, center=(330.0, 340.0), radii=(35, 25)),))  # fmt: skip
DECIDED = Decided(
    verdicts={"9#1": verdict(1, Decision.ACCEPT), "9#2": verdict(2, Decision.REJECT)}, added={"reader#1": OWN}
)
SCENES = {
    "four-views": ("four-views", Reading(study=STUDY), Decided()),
    "missing-view": ("four-views", Reading(study=study_of(*STUDY.images[:3])), Decided()),
    "ai-cc-decided": ("ai-cc", Reading(study=STUDY, results=(result_with(*FINDINGS),)), DECIDED),
    "ai-failed-ru": (
        "ai-mlo", Reading(study=STUDY, results=(result_with(run_status=RunStatus.FAILED),), language="ru"), Decided()
    ),
    "prior-cc": ("prior-cc", Reading(study=STUDY, priors=(PRIOR,)), Decided()),
    "wrong-side-lossy": (
        "cc",
        Reading(study=study_of(mammogram("RCC", patient_orientation=("A", "R"), lossy=True), mammogram("LCC"))),
        Decided(),
    ),
}  # fmt: skip


def load(sop_uid, _frame):
    from concurrent.futures import Future

    image = next(image for study in (STUDY, PRIOR) for image in study.images if image.sop_uid == sop_uid)
    future: Future = Future()
    future.set_result(breast(image))
    return future


def pixels(path: Path) -> np.ndarray:
    picture = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return rows[:, : picture.width() * 3].reshape(picture.height(), picture.width(), 3).astype(int)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", SCENES)
def test_a_scene_looks_as_it_did(name, tmp_path):
    step, study, decisions = SCENES[name]
    golden = FOLDER / f"{name}.png"
    out = golden if os.environ.get("DIPTYCH_UPDATE_GOLDEN") else tmp_path / f"{name}.png"
    render(study, step, size=SIZE, out=out, loader=load, decisions=decisions)
    difference = np.abs(pixels(out) - pixels(golden)).max(axis=2)
    assert difference.mean() <= LOUDEST_MEAN
    assert (difference > 48).mean() <= LOUDEST_SHARE
