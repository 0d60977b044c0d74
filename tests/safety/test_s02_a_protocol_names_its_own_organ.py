"""S2: no signed document places a finding in an organ that the study does not show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from tests.dicom.test_writers_verdict_sr import complaints
from tests.protocol.finished import Shelf, assess, finish
from tests.reading.builders import chest_study, finding, image, session, study
from workstation.model import lexicon
from workstation.model.codes import Code
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import SeriesUID, SOPInstanceUID
from workstation.model.result import Finding
from workstation.model.study import Laterality, Series, Study
from workstation.model.verdict import Opinion

SITE = Code(value="10200004", scheme="SCT", meaning="Liver")


def with_ultrasound() -> Study:
    """Four mammograms beside five ultrasound images."""
    views = [replace(image("RCC"), sop_uid=SOPInstanceUID(f"2.25.88{at}"), modality="US", laterality=None, view=None)
             for at in range(5)]  # fmt: skip
    ultrasound = Series(series_uid=SeriesUID("2.25.8"), modality="US", images=tuple(views))
    return replace(study(), series=(*study().series, ultrasound))


def abdomen() -> Study:
    scan = replace(chest_study().images[0], modality="CT", view=None, body_part="ABDOMEN")
    return replace(chest_study(), series=(Series(series_uid=SeriesUID("2.25.3002"), modality="CT", images=(scan,)),))


def on_the_scan(site: Code | None = None) -> Finding:
    mark = Mark(sop_uid=SOPInstanceUID("2.25.29"), shape=Shape.POINT, points=((5.0, 5.0),))
    return replace(finding(1, kind=lexicon.NODULE), laterality=Laterality.RIGHT, marks=(mark,), site=site)


def told_sites(path: Path) -> list[str]:
    groups = pydicom.dcmread(path / "verdicts.dcm").ContentSequence[-1].ContentSequence
    return [
        item.ConceptCodeSequence[0].CodeMeaning
        for group in groups
        for item in group.ContentSequence
        if "ConceptNameCodeSequence" in item and item.ConceptNameCodeSequence[0].CodeValue == "363698007"
    ]


def test_mammograms_beside_more_ultrasound_images_are_told_as_breasts(tmp_path: Path) -> None:
    mass = finding(1, "RCC")
    reading = session(mass, of=with_ultrasound())
    reading.accept(mass.finding_id)
    protocol = finish(assess(reading), Shelf(tmp_path)).protocol
    assert protocol.draft.title == "Mammography report"
    assert "ung" not in protocol.draft.plain_text()
    assert told_sites(tmp_path) == ["Breast"]


@pytest.mark.parametrize(("site", "told"), [(None, []), (SITE, ["Liver"])])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_study_of_another_region_is_told_without_lungs(
    tmp_path: Path, site: Code | None, told: list[str], language: str
) -> None:
    nodule = on_the_scan(site)
    reading = session(nodule, of=abdomen(), language=language)
    reading.accept(nodule.finding_id)
    reading.assess_opinion(Opinion.PATHOLOGY)
    text = finish(reading, Shelf(tmp_path)).protocol.draft.plain_text().lower()
    assert not any(word in text for word in ("lung", "chest", "лёгк", "грудн"))
    assert {"en": "right: nodule", "ru": "справа: очаг"}[language] in text
    assert told_sites(tmp_path) == told
    for document in ("verdicts.dcm", "protocol.dcm"):
        report = pydicom.dcmread(tmp_path / document)
        assert complaints(tmp_path / document) == []
        assert "hest" not in str(report)
        assert "Lung" not in str(report)
    assert "Right" in str(pydicom.dcmread(tmp_path / "verdicts.dcm"))
