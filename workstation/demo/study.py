"""One case as DICOM files: headers as a machine would write them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workstation.base.clock import Origins, derived_uid
from workstation.demo.anatomy import VIEWS, Breast, Canvas
from workstation.demo.cases import Case, Machine
from workstation.demo.chest import Chest, draw_chest
from workstation.demo.mammogram import DrawnLesion, draw
from workstation.demo.truth import Truth, TruthFinding, TruthMark
from workstation.dicom.writers.image import DX_FOR_PRESENTATION, MG_FOR_PRESENTATION, Grey, VoiLut, Window, write_image
from workstation.model.codes import Code
from workstation.model.identity import SeriesUID, SOPInstanceUID, StudyUID
from workstation.model.lexicon import NODULE
from workstation.model.study import (
    Calibration,
    Image,
    Laterality,
    PixelSpacing,
    PresentationIntent,
    Series,
    Study,
    Technique,
)

INSTITUTION = "Поликлиника № 0 (вымышленная)"
VIEW_CODES = {
    "CC": Code(value="399162004", scheme="SCT", meaning="cranio-caudal"),
    "MLO": Code(value="399368009", scheme="SCT", meaning="medio-lateral oblique"),
    "PA": Code(value="272479007", scheme="SCT", meaning="postero-anterior"),
}
_ORIENTATION = {
    (Laterality.RIGHT, "CC"): ("P", "L"),
    (Laterality.LEFT, "CC"): ("A", "R"),
    (Laterality.RIGHT, "MLO"): ("P", "FL"),
    (Laterality.LEFT, "MLO"): ("A", "FR"),
}


def write_case(folder: Path, case: Case, performed: datetime, *, seed: int, scale: float, origins: Origins) -> Truth:
    """Draw and write all images of a case into `folder`; return what is in them.

    Parameters
    ----------
    performed : the study's date and time.
    scale : size of the images, 1.0 as the machine makes them; the pixels grow as the image shrinks.
    """
    identity = f"diptych demo, seed {seed}, scale {scale:g}, {case.slug}, {performed:%Y%m%d}"
    study = Study(
        study_uid=StudyUID(derived_uid(identity)),
        patient=case.patient,
        accession=case.accession,
        description=case.description,
        performed_at=performed,
        referring_physician="Орлова^Нина^Павловна",
    )
    series = Series(
        series_uid=SeriesUID(derived_uid(f"{identity}, series")),
        modality="DX" if isinstance(case.anatomy, Chest) else "MG",
        description=case.description,
        number=1,
    )
    machine = case.machine
    canvas = Canvas(
        rows=round(machine.rows * scale), columns=round(machine.columns * scale), spacing_mm=machine.spacing_mm / scale
    )
    writer = _Writer(
        folder=folder, case=case, study=study, series=series, identity=identity, canvas=canvas, origins=origins
    )
    return writer.chest(case.anatomy) if isinstance(case.anatomy, Chest) else writer.breasts(case.anatomy)


def stored(pixels: NDArray[np.uint16], machine: Machine) -> tuple[NDArray[np.uint16], Grey]:
    """Pixels as the machine stores them (`pixels` has 0 for air and bright for dense), and how to see them."""
    top = 2**machine.bits - 1
    windows: tuple[Window, ...] = ()
    luts: tuple[VoiLut, ...] = ()
    if machine.voi == "lut":
        ramp = np.linspace(-1.0, 1.0, top + 1)
        curve = np.tanh(1.5 * ramp) / np.tanh(1.5)
        entries = tuple(int(value) for value in np.round((curve + 1) / 2 * 4095))
        luts = (VoiLut(first=0, bits=12, entries=entries, explanation="NORMAL"),)
    else:
        function, width = ("SIGMOID", 0.70) if machine.voi == "sigmoid" else ("LINEAR", 0.92)
        windows = tuple(
            Window(center=round(0.5 * top), width=round(factor * width * top), function=function, explanation=name)
            for name, factor in (("NORMAL", 1.0), ("HARDER", 0.75), ("SOFTER", 1.25))
        )
    if machine.inverse:
        return (top - pixels).astype(np.uint16), Grey(bits_stored=machine.bits, padding=top, windows=windows, luts=luts)
    return pixels, Grey(bits_stored=machine.bits, padding=0, windows=windows, luts=luts)


@dataclass(slots=True, kw_only=True)
class _Writer:
    """Writes the images of one case, one after the other."""

    folder: Path
    case: Case
    study: Study
    series: Series
    identity: str
    canvas: Canvas
    origins: Origins
    number: int = 0

    def breasts(self, pair: tuple[Breast, Breast]) -> Truth:
        """Four views; the lesions of each breast on both of its views."""
        marks: dict[tuple[Laterality, int], list[TruthMark]] = {}
        for view in VIEWS:
            for breast in pair:
                drawing = draw(breast, view, self.canvas, bits=self.case.machine.bits)
                image = self._image(view, breast.laterality, _mammography_technique(breast, view, self.case.machine))
                pixels, grey = stored(drawing.pixels, self.case.machine)
                self._write(image, pixels, grey)
                for index, drawn in enumerate(drawing.lesions):
                    marks.setdefault((breast.laterality, index), []).append(_truth_mark(image, view, drawn))
        findings = tuple(
            TruthFinding(
                kind=lesion.kind,
                margin=lesion.margin,
                size_mm=lesion.size_mm,
                suspicious=lesion.suspicious,
                laterality=breast.laterality,
                marks=tuple(marks[breast.laterality, index]),
            )
            for breast in pair
            for index, lesion in enumerate(breast.lesions)
        )
        density = tuple((breast.laterality, breast.density) for breast in pair)
        return Truth(study_uid=self.study.study_uid, density=density, findings=findings)

    def chest(self, chest: Chest) -> Truth:
        """One PA view."""
        drawing = draw_chest(chest, self.canvas, bits=self.case.machine.bits)
        image = self._image("PA", None, Technique(kvp=125.0, exposure_mas=2.0))
        _, grey = stored(drawing.pixels, self.case.machine)
        self._write(image, drawing.pixels, replace(grey, padding=None))
        findings = tuple(
            TruthFinding(
                kind=NODULE,
                margin="indistinct",
                size_mm=drawn.nodule.size_mm,
                suspicious=True,
                laterality=Laterality.RIGHT if drawn.nodule.x_mm < 0 else Laterality.LEFT,
                marks=(TruthMark(sop_uid=image.sop_uid, view="PA", center=drawn.center, outline=drawn.outline),),
            )
            for drawn in drawing.nodules
        )
        return Truth(study_uid=self.study.study_uid, density=(), findings=findings)

    def _image(self, view: str, laterality: Laterality | None, technique: Technique) -> Image:
        self.number += 1
        machine, canvas = self.case.machine, self.canvas
        performed = self.study.performed_at
        return Image(
            sop_uid=SOPInstanceUID(derived_uid(f"{self.identity}, image {self.number}")),
            sop_class_uid=DX_FOR_PRESENTATION if self.series.modality == "DX" else MG_FOR_PRESENTATION,
            series_uid=self.series.series_uid,
            modality=self.series.modality,
            rows=canvas.rows,
            columns=canvas.columns,
            laterality=laterality,
            view=view,
            view_code=VIEW_CODES[view],
            patient_orientation=_ORIENTATION[laterality, view] if laterality else ("L", "F"),
            transfer_syntax=machine.transfer_syntax,
            presentation_intent=PresentationIntent.FOR_PRESENTATION,
            photometric="MONOCHROME1" if machine.inverse else "MONOCHROME2",
            acquired_at=performed and performed + timedelta(seconds=70 * self.number),
            spacing=PixelSpacing(
                row_mm=canvas.spacing_mm, column_mm=canvas.spacing_mm, calibration=Calibration.DETECTOR
            ),
            image_type=("DERIVED", "PRIMARY"),
            instance_number=self.number,
            technique=replace(
                technique,
                institution=INSTITUTION,
                station=machine.station,
                manufacturer="Diptych phantoms",
                model=machine.model,
            ),
        )

    def _write(self, image: Image, pixels: NDArray[np.uint16], grey: Grey) -> None:
        write_image(
            self.folder / f"{self.number:02d}.dcm",
            pixels,
            study=self.study,
            series=self.series,
            image=image,
            grey=grey,
            origins=self.origins,
            magnification=self.case.machine.magnification,
        )


def _mammography_technique(breast: Breast, view: str, machine: Machine) -> Technique:
    rng = np.random.default_rng((breast.seed, breast.visit, 7, VIEWS.index(view)))
    dense = "ABCD".index(breast.density.value)
    right = breast.laterality is Laterality.RIGHT
    return Technique(
        kvp=float(27 + dense),
        exposure_mas=round(float(70 + 22 * dense + rng.uniform(-8, 8)), 1),
        target=machine.target,
        filter_material=machine.filter_material,
        compression_n=round(float(rng.uniform(85, 130))),
        thickness_mm=round(float(rng.uniform(48, 64))),
        angle_deg=0.0 if view == "CC" else (-45.0 if right else 45.0),
        organ_dose_mgy=round(float(1.0 + 0.25 * dense + rng.uniform(0, 0.2)), 2),
    )


def _truth_mark(image: Image, view: str, drawn: DrawnLesion) -> TruthMark:
    return TruthMark(sop_uid=image.sop_uid, view=view, center=drawn.center, outline=drawn.outline)
