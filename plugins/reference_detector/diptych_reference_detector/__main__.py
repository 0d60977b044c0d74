"""`python -m diptych_reference_detector STUDY_FOLDER OUT_FOLDER [--formats cad-sr,tid1500,series]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from diptych_reference_detector import VERSION, reading, report
from diptych_reference_detector.images import StudyFolder, open_study
from diptych_reference_detector.overlay import burned_in
from workstation.base.clock import Origins
from workstation.base.errors import DiptychError
from workstation.dicom.writers.cad_sr import write_mammography_cad
from workstation.dicom.writers.secondary_capture import OverlayImage, write_overlay_series
from workstation.dicom.writers.tid1500 import write_measurement_report
from workstation.model.identity import SeriesUID, SOPInstanceUID
from workstation.model.result import AIResult
from workstation.model.study import Series

FORMATS = ("cad-sr", "tid1500", "series")
_REPORT_SERIES, _OVERLAY_SERIES = 9001, 9002
_PURPOSE = "FOR RESEARCH PURPOSES ONLY"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read one study; 0 when results were written, 1 with a sentence on standard error when not."""
    parser = argparse.ArgumentParser(prog="diptych_reference_detector", description=__doc__)
    parser.add_argument("study", type=Path, help="folder of one mammography or chest study")
    parser.add_argument("out", type=Path, help="folder for the results")
    parser.add_argument("--formats", default="tid1500,series", help=f"comma-separated, of {', '.join(FORMATS)}")
    parser.add_argument("--version", action="version", version=VERSION)
    given = parser.parse_args(arguments)
    formats = tuple(given.formats.split(","))
    if not set(formats) <= set(FORMATS):
        parser.error(f"formats are {', '.join(FORMATS)}")
    try:
        run(given.study, given.out, formats, Origins())
    except (DiptychError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own voice
        return 1
    return 0


def run(study_folder: Path, out: Path, formats: Sequence[str], origins: Origins) -> tuple[Path, ...]:
    """Read the study in `study_folder` and write its results into `out`; return the files.

    Raises
    ------
    DiptychError
        When the folder is not one readable study, or a chest study is asked for as Mammography CAD SR.
    """
    folder = open_study(study_folder)
    chest = any(image.modality != "MG" for image in folder.images)
    if chest and "cad-sr" in formats:
        raise DiptychError("A chest study cannot be reported as Mammography CAD SR; ask for tid1500.")
    found = reading.read(folder)
    return tuple(_written(folder, found, out, formats, origins))


def _written(
    folder: StudyFolder, found: reading.Reading, out: Path, formats: Sequence[str], origins: Origins
) -> Iterator[Path]:
    result = report.result_of(found, folder.study, sr_uid=SOPInstanceUID(origins.uid()), origins=origins)
    for name, write in (("cad-sr", write_mammography_cad), ("tid1500", write_measurement_report)):
        if name not in formats:
            continue
        result = replace(result, sr_uid=SOPInstanceUID(origins.uid()))  # another document of the same findings
        series = Series(
            series_uid=SeriesUID(origins.uid()),
            modality="SR",
            description=f"{report.SERVICE.name} {_PURPOSE}",
            number=_REPORT_SERIES,
        )
        yield write(
            out / f"{name}.dcm", result, study=folder.study, series=series, images=found.searched, origins=origins
        )
    if "series" in formats:
        yield from _overlays(folder, found, result, out, origins)


def _overlays(
    folder: StudyFolder, found: reading.Reading, result: AIResult, out: Path, origins: Origins
) -> tuple[Path, ...]:
    modality = folder.images[0].modality
    series = Series(
        series_uid=SeriesUID(origins.uid()),
        modality=modality,
        description=f"{report.SERVICE.name}_{modality} {_PURPOSE}",
        number=_OVERLAY_SERIES,
    )
    overlays = (
        OverlayImage(
            source=image,
            sop_uid=SOPInstanceUID(origins.uid()),
            pixels=burned_in(folder.paths[image.sop_uid], image, result),
        )
        for image in found.searched
    )
    return write_overlay_series(
        out, overlays, study=folder.study, series=series, service=report.SERVICE, origins=origins
    )


if __name__ == "__main__":
    sys.exit(main())
