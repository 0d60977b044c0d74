"""Guards of S1–S12 whose tests live in the room that they guard: they are part of the safety suite too."""

from __future__ import annotations

from dataclasses import replace

from pydicom.sequence import Sequence

from tests.dicom import conftest as dicom_files
from tests.dicom import test_grey, test_objects
from tests.dicom.conftest import MakeFile
from tests.overlays import test_current, test_host
from tests.protocol import test_finalise
from tests.reading import test_hanging, test_session
from tests.reading.builders import finding, result, session
from tests.ui import test_viewport_grid
from tests.ui.pictures import Reading, mammogram, study_of
from workstation.dicom.grey import VoiFunction, choices
from workstation.model.identity import SOPInstanceUID
from workstation.model.protocol import Origin
from workstation.model.study import SECONDARY_CAPTURE
from workstation.protocol.draft import draft
from workstation.reading.hanging import steps_for

make_dataset, make_file = dicom_files.make_dataset, dicom_files.make_file
normal_report, grid = test_host.normal_report, test_viewport_grid.grid

test_s01_no_unmatched_result_is_hung = test_hanging.test_what_is_no_matched_ai_result_is_never_hung
test_s01_a_reader_answers_about_its_own_report = (
    test_host.test_an_answer_that_is_nonsense_or_about_something_else_is_refused
)
test_s01_a_late_frame_of_another_study_is_dropped = (
    test_viewport_grid.test_a_frame_that_arrives_for_another_study_is_dropped
)
test_s01_a_services_picture_takes_no_ordinary_place = (
    test_hanging.test_a_services_own_picture_hangs_beside_its_source_and_in_no_ordinary_place
)

test_s02_a_contradicting_side_is_acknowledged = test_session.test_a_contradicting_side_must_be_acknowledged_to_accept
test_s02_the_newest_result_of_a_service_counts = (
    test_current.test_the_newest_version_replaces_the_older_ones_whatever_the_order
)
test_s03_the_statement_names_service_and_warning = (
    test_finalise.test_the_statement_names_every_service_its_version_and_warning
)
test_s06_an_act_meanwhile_stops_the_finalising = (
    test_finalise.test_an_act_while_the_documents_are_written_stops_the_finalising
)

test_s11_padding_is_black = test_grey.test_padding_is_black_in_every_window_and_polarity
test_s11_the_headers_polarity_is_obeyed = test_grey.test_monochrome_1_shows_low_values_bright
test_s12_a_size_says_how_it_is_known = test_objects.test_a_size_says_how_it_is_known_or_is_not_given


def test_s01_findings_of_an_unmatched_result_are_neither_decided_nor_told() -> None:
    reading = session(finding(1, "RCC"))
    context = replace(reading.context, results=(result(finding(1, "RCC"), matched=False),))
    assert context.matched == ()
    assert context.findings == ()
    assert all(sentence.origin is not Origin.AI_FINDING for sentence in draft(context, reading.state).sentences)


def test_s01_a_picture_that_a_service_made_takes_no_ordinary_place() -> None:
    """Not even where the patient's own image is missing and no result names the picture."""
    picture = replace(
        mammogram("RCC"), sop_uid=SOPInstanceUID("1.sc"), sop_class_uid=SECONDARY_CAPTURE, modality="ASMT"
    )
    steps = steps_for(Reading(study=study_of(mammogram("LCC"), picture)))
    (ordinary,) = [step for step in steps if step.name == "cc"]
    assert [pane.image.sop_uid for pane in ordinary.panes if pane.image] == ["1.LCC"]


def test_s11_the_makers_own_curve_is_the_first_view(make_file: MakeFile) -> None:
    """PS3.3 C.11.2: a VOI LUT stands beside a window; the exact curve is shown first."""
    curve = test_grey.lut_item([2, 0, 8], [0, 255], "CURVE")
    grey = test_grey.grey_of(make_file, VOILUTSequence=Sequence([curve]), WindowCenter=128, WindowWidth=256)
    assert [voi.function for voi in choices(grey)][:2] == [VoiFunction.TABLE, VoiFunction.LINEAR]
