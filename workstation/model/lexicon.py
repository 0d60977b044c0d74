"""Codes that the product itself writes. Values from PS3.16, checked against pydicom's dictionaries."""

from __future__ import annotations

from workstation.model.codes import Code
from workstation.model.verdict import BiRads, Decision

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

VERDICT = Code(value="VERDICT", scheme=PRIVATE_SCHEME, meaning="Verdict of the reader")
VERDICT_REASON = Code(value="VERDICT-REASON", scheme=PRIVATE_SCHEME, meaning="Reason of the verdict")
ACKNOWLEDGED = Code(value="ACKNOWLEDGED", scheme=PRIVATE_SCHEME, meaning="Contradiction accepted knowingly")
AI_RESULT = Code(value="AI-RESULT", scheme=PRIVATE_SCHEME, meaning="AI result that the verdict is about")
DECISIONS = {
    Decision.ACCEPT: Code(value="ACCEPT", scheme=PRIVATE_SCHEME, meaning="Accepted"),
    Decision.MODIFY: Code(value="MODIFY", scheme=PRIVATE_SCHEME, meaning="Accepted with changes"),
    Decision.REJECT: Code(value="REJECT", scheme=PRIVATE_SCHEME, meaning="Rejected"),
}
ADDED = Code(value="ADD", scheme=PRIVATE_SCHEME, meaning="Added by the reader")

BIRADS_CODES = {
    BiRads.B0: Code(value="397138000", scheme="SCT", meaning="Mammography assessment (Category 0)"),
    BiRads.B1: Code(value="397140005", scheme="SCT", meaning="Mammography assessment (Category 1)"),
    BiRads.B2: Code(value="397141009", scheme="SCT", meaning="Mammography assessment (Category 2)"),
    BiRads.B3: Code(value="397143007", scheme="SCT", meaning="Mammography assessment (Category 3)"),
    BiRads.B4A: Code(value="BIRADS-4A", scheme=PRIVATE_SCHEME, meaning="Mammography assessment (Category 4A)"),
    BiRads.B4B: Code(value="BIRADS-4B", scheme=PRIVATE_SCHEME, meaning="Mammography assessment (Category 4B)"),
    BiRads.B4C: Code(value="BIRADS-4C", scheme=PRIVATE_SCHEME, meaning="Mammography assessment (Category 4C)"),
    BiRads.B5: Code(value="397145000", scheme="SCT", meaning="Mammography assessment (Category 5)"),
    BiRads.B6: Code(value="BIRADS-6", scheme=PRIVATE_SCHEME, meaning="Mammography assessment (Category 6)"),
}
"""CID 6026 where its code is known for certain; private for 4A to 4C and 6 (standards.md section 6, gap 9)."""
