"""Codes that the product itself writes. Values from PS3.16, checked against pydicom's dictionaries."""

from __future__ import annotations

from workstation.model.codes import Code

PRIVATE_SCHEME = "99DIPTYCH"
"""Coding scheme of our own verdict vocabulary; to be replaced when IHE AIRA's text is at hand (standards.md 2.2)."""

MASS = Code(value="129788004", scheme="SCT", meaning="Mammographic breast mass")
BREAST_DENSITY = Code(value="129793001", scheme="SCT", meaning="Mammography breast density")
CALCIFICATION_CLUSTER = Code(value="129769006", scheme="SCT", meaning="Calcification Cluster")
INDIVIDUAL_CALCIFICATION = Code(value="129770007", scheme="SCT", meaning="Individual Calcification")
DISTORTION = Code(value="129792006", scheme="SCT", meaning="Architectural distortion of breast")
FOCAL_ASYMMETRY = Code(value="129789007", scheme="SCT", meaning="Focal asymmetric breast tissue")
ASYMMETRY = Code(value="129790003", scheme="SCT", meaning="Asymmetric breast tissue")
NODULE = Code(value="27925004", scheme="SCT", meaning="Nodule")
ABNORMAL_OPACITY = Code(value="112033", scheme="DCM", meaning="Abnormal opacity")

MAMMOGRAPHY_KINDS = (MASS, CALCIFICATION_CLUSTER, DISTORTION, FOCAL_ASYMMETRY, ASYMMETRY, INDIVIDUAL_CALCIFICATION)
CHEST_KINDS = (NODULE, ABNORMAL_OPACITY)
