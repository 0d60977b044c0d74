"""Concepts of CAD and measurement reports (PS3.16 Annex D and CIDs), and what their values mean in our words."""

from __future__ import annotations

from workstation.model.codes import Code
from workstation.model.result import Density, RenderingIntent, RunStatus
from workstation.model.study import Laterality


def _dcm(value: str, meaning: str) -> Code:
    return Code(value=value, scheme="DCM", meaning=meaning)


def _sct(value: str, meaning: str) -> Code:
    return Code(value=value, scheme="SCT", meaning=meaning)


MAMMOGRAPHY_CAD_REPORT = _dcm("111036", "Mammography CAD Report")
MEASUREMENT_REPORT = _dcm("126000", "Imaging Measurement Report")
MEASUREMENT_GROUP = _dcm("125007", "Measurement Group")

SUMMARY = _dcm("111017", "CAD Processing and Findings Summary")
SUMMARY_OF_DETECTIONS = _dcm("111064", "Summary of Detections")
SUMMARY_OF_ANALYSES = _dcm("111065", "Summary of Analyses")
SUCCESSFUL_DETECTIONS = _dcm("111063", "Successful Detections")
FAILED_DETECTIONS = _dcm("111025", "Failed Detections")
SUCCESSFUL_ANALYSES = _dcm("111062", "Successful Analyses")
FAILED_ANALYSES = _dcm("111024", "Failed Analyses")
DETECTION_PERFORMED = _dcm("111022", "Detection Performed")
ANALYSIS_PERFORMED = _dcm("111004", "Analysis Performed")

IMPRESSION = _dcm("111034", "Individual Impression/Recommendation")
IMPRESSION_TEXT = _dcm("111033", "Impression Description")
ASSESSMENT = _dcm("111005", "Assessment Category")
COMPOSITE_FEATURE = _dcm("111015", "Composite Feature")
SINGLE_IMAGE_FINDING = _dcm("111059", "Single Image Finding")
MODIFIERS = (_dcm("112024", "Single Image Finding Modifier"), _dcm("112023", "Composite Feature Modifier"))
RENDERING_INTENT = _dcm("111056", "Rendering Intent")
OPERATING_POINT = _dcm("111071", "CAD Operating Point")
CERTAINTY_OF_FINDING = _dcm("111012", "Certainty of Finding")
CERTAINTY_OF_FEATURE = _dcm("111011", "Certainty of Feature")
CERTAINTY_OF_IMPRESSION = _dcm("111013", "Certainty of Impression")
PROBABILITY_OF_CANCER = _dcm("111047", "Probability of cancer")
ALGORITHM_NAME = _dcm("111001", "Algorithm Name")
ALGORITHM_VERSION = _dcm("111003", "Algorithm Version")
ALGORITHM_MANUFACTURER = _dcm("122405", "Algorithm Manufacturer")
CENTER = _dcm("111010", "Center")
OUTLINE = _dcm("111041", "Outline")
IMAGE_LATERALITY = _dcm("111027", "Image Laterality")
IMAGE_VIEW = _dcm("111031", "Image View")
ORIGINAL_SOURCE = _dcm("111040", "Original Source")
TRACKING_IDENTIFIER = _dcm("112039", "Tracking Identifier")
TRACKING_UID = _dcm("112040", "Tracking Unique Identifier")
FINDING = _dcm("121071", "Finding")
REFERENCED_SEGMENT = _dcm("121191", "Referenced Segment")
REFERENCED_SEGMENTATION_FRAME = _dcm("121214", "Referenced Segmentation Frame")
REGION_IN_SPACE = _dcm("130488", "Region in Space")

DERIVATION = _dcm("121401", "Derivation")
FINDINGS_HEADING = _dcm("121070", "Findings")
CONCLUSION = _dcm("121077", "Conclusion")
IMPRESSION_HEADING = _dcm("121073", "Impression")

FINDING_SITE = _sct("363698007", "Finding Site")
LATERALITY = _sct("272741003", "Laterality")
BREAST_COMPOSITION = _sct("129715009", "Breast composition")
BREAST_COMPOSITION_DCM = _dcm("111006", "Breast composition")

ALL_SUCCEEDED_NO_FINDINGS = _dcm("111241", "All algorithms succeeded; without findings")
WITH_FINDINGS = frozenset(
    {
        _dcm("111242", "All algorithms succeeded; with findings"),
        _dcm("111244", "Not all algorithms succeeded; with findings"),
    }
)
"""CID 6047 values that state findings."""
WITHOUT_FINDINGS = frozenset(
    {ALL_SUCCEEDED_NO_FINDINGS, _dcm("111243", "Not all algorithms succeeded; without findings")}
)
RUN_STATUS_BY_SUMMARY = {
    ALL_SUCCEEDED_NO_FINDINGS: RunStatus.SUCCEEDED,
    _dcm("111242", "All algorithms succeeded; with findings"): RunStatus.SUCCEEDED,
    _dcm("111243", "Not all algorithms succeeded; without findings"): RunStatus.PARTIAL,
    _dcm("111244", "Not all algorithms succeeded; with findings"): RunStatus.PARTIAL,
    _dcm("111245", "No algorithms succeeded; without findings"): RunStatus.FAILED,
}
"""CID 6047."""
RUN_STATUS = {
    _dcm("111222", "Succeeded"): RunStatus.SUCCEEDED,
    _dcm("111223", "Partially Succeeded"): RunStatus.PARTIAL,
    _dcm("111224", "Failed"): RunStatus.FAILED,
    _dcm("111225", "Not Attempted"): RunStatus.NOT_ATTEMPTED,
}
"""CID 6042."""
INTENT = {
    _dcm("111150", "Presentation Required"): RenderingIntent.REQUIRED,
    _dcm("111151", "Presentation Optional"): RenderingIntent.OPTIONAL,
    _dcm("111152", "Not for Presentation"): RenderingIntent.NOT_FOR_PRESENTATION,
}
"""CID 6034."""
DENSITY = {
    _sct("129716005", "Almost entirely fat"): Density.A,
    _sct("129717001", "Scattered fibroglandular densities"): Density.B,
    _sct("129718006", "Heterogeneously dense"): Density.C,
    _sct("129719003", "Extremely dense"): Density.D,
}
"""CID 6000 and 6001."""
SIDE = {
    _sct("24028007", "Right"): Laterality.RIGHT,
    _sct("7771000", "Left"): Laterality.LEFT,
    _sct("51440002", "Right and left"): Laterality.BOTH,
    _sct("73056007", "Right breast"): Laterality.RIGHT,
    _sct("80248007", "Left breast"): Laterality.LEFT,
    _sct("63762007", "Both breasts"): Laterality.BOTH,
    _sct("3341006", "Right lung"): Laterality.RIGHT,
    _sct("44029006", "Left lung"): Laterality.LEFT,
}
"""CID 244, CID 6022, and the sites that name a side themselves."""
WARNINGS = (
    "for research purposes only",
    "for research use only",
    "в исследовательских целях",
    "для поддержки принятия врачебных решений",
)
"""Wordings of the mandatory warning (S3), lower case."""
