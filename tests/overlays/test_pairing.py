"""The service's own pictures go to its result, and never stand for the patient's images."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.reading.builders import finding, result, study
from workstation.model.identity import SeriesUID, SOPInstanceUID
from workstation.model.result import AIResult, Service
from workstation.model.study import Series, Study
from workstation.overlays.pairing import with_overlay_series
from workstation.reading.hanging import steps_for

PICTURES = SeriesUID("2.25.777")


@dataclass(frozen=True, kw_only=True)
class Look:
    study: Study
    results: tuple[AIResult, ...]
    hanging: tuple[()] = ()
    priors: tuple[Study, ...] = ()


def _with_pictures(of: Study, description: str) -> Study:
    source = of.images[0]
    picture = replace(
        source, sop_uid=SOPInstanceUID("2.25.7771"), series_uid=PICTURES, source_images=(source.sop_uid,),
        sop_class_uid="1.2.840.10008.5.1.4.1.1.7", content_at=None,
    )  # fmt: skip
    series = Series(series_uid=PICTURES, modality="MG", description=description, images=(picture,))
    return replace(of, series=(series, *of.series))


def test_pictures_that_bear_a_services_name_belong_to_its_result() -> None:
    first = replace(result(finding(1)), service=Service(name="Alpha", version="1"))
    second = replace(first, sr_uid=SOPInstanceUID("2.25.5"), service=Service(name="Beta", version="2"))
    paired = with_overlay_series((first, second), _with_pictures(study(), "beta_MG"))
    assert [one.overlay_series for one in paired] == [(), (PICTURES,)]


def test_pictures_without_a_name_belong_to_the_only_result_and_to_none_of_two() -> None:
    first = replace(result(finding(1)), service=Service(name="Alpha", version="1"))
    second = replace(first, sr_uid=SOPInstanceUID("2.25.5"), service=Service(name="Beta", version="2"))
    pictured = _with_pictures(study(), "additional")
    assert with_overlay_series((first,), pictured)[0].overlay_series == (PICTURES,)
    assert all(one.overlay_series == () for one in with_overlay_series((first, second), pictured))


def test_burned_in_pictures_never_hang_where_the_patients_image_belongs() -> None:
    """The picture says of itself that it is the right CC, and is newer; the original hangs all the same (S3, S11)."""
    given = replace(result(finding(1)), service=Service(name="Alpha", version="1"))
    pictured = _with_pictures(study(), "additional")
    for results in (with_overlay_series((given,), pictured), ()):
        steps = steps_for(Look(study=pictured, results=results))
        hung = {pane.image.sop_uid for step in steps[:3] for pane in step.panes if pane.image}
        assert SOPInstanceUID("2.25.7771") not in hung
        everywhere = {image.sop_uid for step in steps for pane in step.panes for image in pane.stack}
        assert SOPInstanceUID("2.25.7771") in everywhere


def _digitised(of: Study) -> Study:
    """The study's films, scanned: secondary captures that name no source."""
    films = [replace(image, sop_class_uid="1.2.840.10008.5.1.4.1.1.7", source_images=()) for image in of.images]
    return replace(of, series=(Series(series_uid=films[0].series_uid, modality="MG", images=tuple(films)),))


def test_digitised_films_are_the_patients_images_and_hang_in_their_places() -> None:
    films = _digitised(study())
    (given,) = with_overlay_series((result(finding(1, "RCC")),), films)
    assert given.overlay_series == ()
    step, *_ = steps_for(Look(study=films, results=(given,)))
    assert {pane.image.view for pane in step.panes if pane.image} == {"CC", "MLO"}


def test_an_ordinary_image_hangs_before_a_digitised_film_of_its_view() -> None:
    usual = study()
    film = replace(_digitised(usual).images[0], sop_uid=SOPInstanceUID("2.25.7772"), series_uid=PICTURES)
    both = replace(usual, series=(Series(series_uid=PICTURES, modality="MG", images=(film,)), *usual.series))
    step, *_ = steps_for(Look(study=both, results=()))
    assert film.sop_uid not in {pane.image.sop_uid for pane in step.panes if pane.image}


def test_a_capture_without_sources_whose_series_bears_the_warning_is_a_services() -> None:
    usual = study()
    film = replace(_digitised(usual).images[0], sop_uid=SOPInstanceUID("2.25.7772"), series_uid=PICTURES)
    made = Series(series_uid=PICTURES, modality="MG", description="CAD, for Research Purposes Only", images=(film,))
    (given,) = with_overlay_series((result(finding(1)),), replace(usual, series=(made, *usual.series)))
    assert given.overlay_series == (PICTURES,)
