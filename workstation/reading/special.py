"""Images that are not the ordinary picture: what they are called, and what may be done with them (CID 4015)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from workstation.base.i18n import text
from workstation.model.study import Image, PresentationIntent

MAGNIFIED_FROM = 1.3
"""Contact views have estimated magnification factors up to about 1.1, magnification views from 1.5 on."""


class Remark(StrEnum):
    """What makes an image special; each named in the catalogues under "image.<remark>"."""

    MAGNIFICATION = "magnification"
    SPOT = "spot"
    IMPLANT_DISPLACED = "implant-displaced"
    ROLLED_LATERAL = "rolled-lateral"
    ROLLED_MEDIAL = "rolled-medial"
    ROLLED_SUPERIOR = "rolled-superior"
    ROLLED_INFERIOR = "rolled-inferior"
    CLEAVAGE = "cleavage"
    AXILLARY_TAIL = "axillary-tail"
    TANGENTIAL = "tangential"
    INFRAMAMMARY_FOLD = "inframammary-fold"
    NIPPLE_IN_PROFILE = "nipple-in-profile"
    ANTERIOR_COMPRESSION = "anterior-compression"
    PARTIAL = "partial"
    MOSAIC = "mosaic"
    SPECIMEN = "specimen"
    SYNTHETIC = "synthetic"
    QUALITY_CONTROL = "quality-control"
    FOR_PROCESSING = "for-processing"
    LOSSY = "lossy"
    BURNED_IN = "burned-in"


MODIFIERS: dict[str, tuple[Remark, str]] = {
    "399163009": (Remark.MAGNIFICATION, "M"), "399055006": (Remark.SPOT, "S"),
    "399209000": (Remark.IMPLANT_DISPLACED, "ID"), "399197002": (Remark.ROLLED_LATERAL, "RL"),
    "399226006": (Remark.ROLLED_MEDIAL, "RM"), "415670009": (Remark.ROLLED_SUPERIOR, "RS"),
    "414493004": (Remark.ROLLED_INFERIOR, "RI"), "399161006": (Remark.CLEAVAGE, "CV"),
    "399011000": (Remark.AXILLARY_TAIL, "AT"), "399110001": (Remark.TANGENTIAL, "TAN"),
    "442593008": (Remark.INFRAMAMMARY_FOLD, "IMF"), "442581004": (Remark.NIPPLE_IN_PROFILE, "NP"),
    "441752004": (Remark.ANTERIOR_COMPRESSION, "AC"),
}  # fmt: skip
"""SNOMED CT values of CID 4015, what they mean, and the letters that mammographers write behind the view."""
_NOT_THE_WHOLE_BREAST = frozenset({Remark.MAGNIFICATION, Remark.SPOT, Remark.SPECIMEN, Remark.QUALITY_CONTROL})
_NOT_COMPARABLE = _NOT_THE_WHOLE_BREAST | {Remark.IMPLANT_DISPLACED}
_ORDINARY = frozenset({Remark.LOSSY, Remark.BURNED_IN, Remark.NIPPLE_IN_PROFILE, Remark.INFRAMAMMARY_FOLD})


def remarks(image: Image) -> tuple[Remark, ...]:
    """Everything special about an image, in the order of `Remark`."""
    found = {known[0] for modifier in image.view_modifiers if (known := MODIFIERS.get(modifier.value))}
    flags = {
        Remark.MAGNIFICATION: image.modality == "MG" and (image.magnification or 1.0) >= MAGNIFIED_FROM,
        Remark.PARTIAL: image.partial_view,
        Remark.SPECIMEN: image.view == "SPECIMEN",
        Remark.SYNTHETIC: is_synthetic(image),
        Remark.QUALITY_CONTROL: image.quality_control,
        Remark.FOR_PROCESSING: image.presentation_intent is PresentationIntent.FOR_PROCESSING,
        Remark.LOSSY: image.lossy,
        Remark.BURNED_IN: image.burned_in_annotation,
    }
    found |= {remark for remark, holds in flags.items() if holds}
    return tuple(remark for remark in Remark if remark in found)


def remarks_in_words(image: Image, language: str, *, of_mosaic: bool = False) -> tuple[str, ...]:
    """The remarks for people; modifiers that nobody knows here in the header's own words.

    Parameters
    ----------
    of_mosaic : the image is one of `mosaic_parts`.
    """
    unknown = [modifier.meaning for modifier in image.view_modifiers if modifier.value not in MODIFIERS]
    own = [Remark.MOSAIC if of_mosaic and remark is Remark.PARTIAL else remark for remark in remarks(image)]
    said = [text(f"image.{remark.value}", language, **_values(image, remark)) for remark in own]
    return (*said, *filter(None, unknown))


def letters(image: Image) -> str:
    """The modifiers as written behind a view: "M, S"; meanings where there are no letters."""
    known = [MODIFIERS[code.value][1] if code.value in MODIFIERS else code.meaning for code in image.view_modifiers]
    return ", ".join(known)


def is_synthetic(image: Image) -> bool:
    """Whether it is a 2D mammogram computed from a tomosynthesis: Image Type (0008,0008), as makers write it."""
    kinds = {part.upper() for part in image.image_type}
    return image.modality == "MG" and image.frames == 1 and bool(kinds & {"GENERATED_2D", "TOMO_2D", "SYNTHETIC_2D"})


def shows_the_whole_breast(image: Image) -> bool:
    """Whether it can stand in an ordinary view's place: no magnification, spot, specimen or test picture."""
    return not _NOT_THE_WHOLE_BREAST & set(remarks(image))


def is_comparable(image: Image) -> bool:
    """Whether it may be shown in one size with contact views of the whole breast; unknown modifiers never are."""
    unknown = any(modifier.value not in MODIFIERS for modifier in image.view_modifiers)
    return not unknown and not _NOT_COMPARABLE & set(remarks(image))


def oddness(image: Image) -> int:
    """How far an image is from the ordinary one of its view: 0 for the ordinary, computed 2D, then special views."""
    unknown = any(modifier.value not in MODIFIERS for modifier in image.view_modifiers)
    special = set(remarks(image)) - _ORDINARY - {Remark.SYNTHETIC, Remark.FOR_PROCESSING}
    return 2 if special or unknown else int(is_synthetic(image))


def superseded(images: Iterable[Image]) -> frozenset[str]:
    """UIDs of For Processing images whose For Presentation sister is among the `images`: made from it, or alike."""
    among = tuple(images)
    shown = [image for image in among if image.presentation_intent is PresentationIntent.FOR_PRESENTATION]
    sources = {uid for image in shown for uid in image.source_images}
    alike = {_aspect(image) for image in shown if image.view}
    raw = (image for image in among if image.presentation_intent is PresentationIntent.FOR_PROCESSING)
    return frozenset(image.sop_uid for image in raw if image.sop_uid in sources or _aspect(image) in alike)


def mosaic_parts(images: Iterable[Image]) -> frozenset[str]:
    """UIDs of partial views that have another part beside them: together they show one breast in one view."""
    parts = [image for image in images if image.partial_view and image.view]
    aspects = [_aspect(image) for image in parts]
    return frozenset(image.sop_uid for image, own in zip(parts, aspects, strict=True) if aspects.count(own) > 1)


def has_tomosynthesis(images: Iterable[Image]) -> bool:
    """Whether there is a mammogram of many frames."""
    return any(image.modality == "MG" and image.frames > 1 and not image.is_secondary_capture for image in images)


def has_extra_views(images: Iterable[Image]) -> bool:
    """Whether there are views beyond CC and MLO, or special ones of these."""
    own = [image for image in images if image.modality == "MG" and image.view and not image.is_secondary_capture]
    return any(image.view not in ("CC", "MLO") or oddness(image) > 1 for image in own)


def _aspect(image: Image) -> tuple[object, ...]:
    """What two pictures of the same thing share."""
    modifiers = frozenset(modifier.value for modifier in image.view_modifiers)
    return image.modality, image.laterality, image.view, modifiers, image.frames > 1


def _values(image: Image, remark: Remark) -> dict[str, str]:
    factor = f" ×{image.magnification:.1f}" if remark is Remark.MAGNIFICATION and image.magnification else ""
    return {"factor": factor} if remark is Remark.MAGNIFICATION else {}
