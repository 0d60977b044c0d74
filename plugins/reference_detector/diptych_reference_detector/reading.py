"""One study read: images in, features and densities out. Nothing of what is really in a phantom is known here."""

from __future__ import annotations

from dataclasses import dataclass

from diptych_reference_detector import matching, search
from diptych_reference_detector.breast import BreastView, density_from
from diptych_reference_detector.chest import ChestView
from diptych_reference_detector.images import StudyFolder, brightness, spacing_of
from diptych_reference_detector.matching import Feature, Seen
from workstation.base.errors import DiptychError
from workstation.model.result import Density
from workstation.model.study import Image, Laterality


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the detector says of a study.

    Attributes
    ----------
    failed : images that could not be searched, with the reason.
    """

    features: tuple[Feature, ...]
    density: tuple[tuple[Laterality, Density], ...]
    searched: tuple[Image, ...]
    failed: tuple[tuple[Image, str], ...]


def read(folder: StudyFolder) -> Reading:
    """Search every image of the study; one that cannot be searched does not stop the others."""
    seen: list[Seen] = []
    shares: dict[Laterality, list[float]] = {}
    searched: list[Image] = []
    failed: list[tuple[Image, str]] = []
    for image in folder.images:
        try:
            found, share = _search(folder, image)
        except DiptychError as error:
            failed.append((image, str(error)))
            continue
        searched.append(image)
        seen += found
        if image.laterality is not None and share is not None:
            shares.setdefault(image.laterality, []).append(share)
    density = tuple((side, density_from(values)) for side, values in sorted(shares.items(), reverse=True))
    return Reading(features=matching.features(seen), density=density, searched=tuple(searched), failed=tuple(failed))


def _search(folder: StudyFolder, image: Image) -> tuple[tuple[Seen, ...], float | None]:
    field = brightness(folder.paths[image.sop_uid], image)
    spacing = spacing_of(image)
    if image.modality == "MG":
        found = search.mammogram(field, spacing, image.view)
        if found is None or not isinstance(found.view, BreastView):
            raise DiptychError("No breast can be made out on the image.")
        candidates = [candidate for candidate, _ in found.marks]
        return matching.seen_on_mammogram(image, found.view, candidates), found.view.dense_share
    found = search.chest_image(field, spacing)
    if found is None or not isinstance(found.view, ChestView):
        raise DiptychError("No two lungs can be made out on the image.")
    view = found.view
    return tuple(
        Seen(
            image=image,
            candidate=candidate,
            center=center,
            outline=tuple(view.to_image(candidate.x + dx, candidate.y + dy) for dx, dy in candidate.outline),
            laterality=view.side(candidate.x, candidate.y, image.patient_orientation),
        )
        for candidate, center in found.marks
    ), None
