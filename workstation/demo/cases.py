"""The demo worklist as data: fictitious patients, what their breasts and chests hold, which machine made the images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Literal

from workstation.demo.anatomy import Breast, Lesion
from workstation.demo.chest import Chest, Nodule
from workstation.model.identity import Patient, Sex
from workstation.model.lexicon import CALCIFICATION_CLUSTER, DISTORTION, MASS
from workstation.model.result import Density
from workstation.model.study import Laterality

JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
JPEG_LS = "1.2.840.10008.1.2.4.80"
RLE = "1.2.840.10008.1.2.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A fictitious X-ray machine: how its images are stored."""

    model: str
    station: str
    rows: int
    columns: int
    spacing_mm: float
    bits: int
    transfer_syntax: str
    voi: Literal["linear", "sigmoid", "lut"]
    inverse: bool = False
    magnification: float = 1.07
    target: str | None = None
    filter_material: str | None = None


SELENE = Machine(
    model="Selene phantom", station="MG-01", rows=4096, columns=3328, spacing_mm=0.07, bits=12,
    transfer_syntax=JPEG_LS, voi="sigmoid", target="TUNGSTEN", filter_material="SILVER",
)  # fmt: skip
MIRA = Machine(
    model="Mira phantom", station="MG-02", rows=4096, columns=3328, spacing_mm=0.07, bits=14,
    transfer_syntax=JPEG_LOSSLESS, voi="lut", target="TUNGSTEN", filter_material="RHODIUM",
)  # fmt: skip
NOVA = Machine(
    model="Nova phantom", station="MG-03", rows=4096, columns=3328, spacing_mm=0.05, bits=14,
    transfer_syntax=RLE, voi="linear", inverse=True, target="MOLYBDENUM", filter_material="MOLYBDENUM",
)  # fmt: skip
TORSO = Machine(
    model="Torso phantom", station="DX-01", rows=2992, columns=2500, spacing_mm=0.14, bits=12,
    transfer_syntax=JPEG_LS, voi="linear", inverse=True, magnification=1.1,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One study of the demo worklist.

    Attributes
    ----------
    slug : name of its folder.
    days_ago : before the day the demo is built for.
    anatomy : right and left breast, or a chest.
    formats : what the reference service is asked to write; () where no service ran.
    """

    slug: str
    patient: Patient
    machine: Machine
    days_ago: int
    at: time
    accession: str
    description: str
    anatomy: tuple[Breast, Breast] | Chest
    formats: tuple[str, ...] = ()


def _patient(number: int, name: str, born: date, sex: Sex = Sex.FEMALE) -> Patient:
    return Patient(patient_id=f"DEMO-{number:04d}", issuer="DIPTYCH DEMO", name=name, birth_date=born, sex=sex)


def _pair(seed: int, density: Density, *, small: bool = False) -> tuple[Breast, Breast]:
    depth, width = (74.0, 66.0) if small else (96.0, 92.0)
    right = Breast(seed=seed, laterality=Laterality.RIGHT, density=density, depth_mm=depth, half_width_mm=width)
    return right, replace(right, seed=seed + 1, laterality=Laterality.LEFT)


def _with(breast: Breast, *lesions: Lesion) -> Breast:
    return replace(breast, lesions=lesions)


_SPICULATED = Lesion(kind=MASS, margin="spiculated", size_mm=9.0, position=(48.0, 24.0, 16.0), contrast=0.55)
_CLUSTER = Lesion(
    kind=CALCIFICATION_CLUSTER, margin="pleomorphic", size_mm=9.0, position=(42.0, 18.0, 8.0), contrast=1.0
)
_DISTORTED = Lesion(kind=DISTORTION, margin="", size_mm=22.0, position=(40.0, 16.0, 4.0), contrast=0.6)
_CYST = Lesion(
    kind=MASS, margin="circumscribed", size_mm=11.0, position=(46.0, -22.0, 12.0), contrast=0.68, suspicious=False
)

MAMMOGRAPHY = "Скрининговая маммография"
CHEST = "Рентгенография грудной клетки"


def demo_cases(seed: int) -> tuple[Case, ...]:
    """All cases of the demo worklist; another seed gives other anatomies with the same stories."""
    base = seed * 1000
    mass_right, mass_left = _pair(base + 20, Density.B)
    calc_right, calc_left = _pair(base + 30, Density.C)
    dense_right, dense_left = _pair(base + 40, Density.D)
    cyst_right, cyst_left = _pair(base + 50, Density.C, small=True)
    mass_patient = _patient(2, "PETROVA^Elena^Sergeevna", date(1962, 3, 8))
    both = ("cad-sr", "series")
    return (
        Case(
            slug="normal", patient=_patient(1, "Иванова^Анна^Петровна", date(1971, 5, 14)), machine=SELENE, days_ago=0,
            at=time(8, 12, 30), accession="DEMO26001", description=MAMMOGRAPHY, anatomy=_pair(base + 10, Density.B),
            formats=both,
        ),
        Case(
            slug="spiculated-mass", patient=mass_patient, machine=MIRA, days_ago=0, at=time(8, 31, 5),
            accession="DEMO26002", description=MAMMOGRAPHY, anatomy=(mass_right, _with(mass_left, _SPICULATED)),
            formats=both,
        ),
        Case(
            slug="spiculated-mass-prior", patient=mass_patient, machine=SELENE, days_ago=729, at=time(10, 2, 44),
            accession="DEMO24117", description=MAMMOGRAPHY,
            anatomy=(replace(mass_right, visit=1), replace(mass_left, visit=1)),
        ),
        Case(
            slug="calcifications", patient=_patient(3, "Смирнова^Ольга^Викторовна", date(1968, 11, 2)), machine=SELENE,
            days_ago=0, at=time(8, 55, 17), accession="DEMO26003", description=MAMMOGRAPHY,
            anatomy=(_with(calc_right, _CLUSTER), calc_left), formats=both,
        ),
        Case(
            slug="distortion", patient=_patient(4, "KUZNETSOVA^Maria^Igorevna", date(1977, 1, 25)), machine=MIRA,
            days_ago=1, at=time(9, 20, 0), accession="DEMO26004", description=MAMMOGRAPHY,
            anatomy=(_with(dense_right, _DISTORTED), dense_left), formats=("tid1500", "series"),
        ),
        Case(
            slug="benign-overcall", patient=_patient(5, "Соколова^Вера^Андреевна", date(1959, 8, 30)), machine=NOVA,
            days_ago=1, at=time(9, 48, 52), accession="DEMO26005", description=MAMMOGRAPHY,
            anatomy=(cyst_right, _with(cyst_left, _CYST)), formats=both,
        ),
        Case(
            slug="chest-normal", patient=_patient(6, "Попов^Дмитрий^Олегович", date(1983, 6, 19), Sex.MALE),
            machine=TORSO, days_ago=0, at=time(11, 5, 0), accession="DEMO26006", description=CHEST,
            anatomy=Chest(seed=base + 60), formats=("tid1500",),
        ),
        Case(
            slug="chest-nodule", patient=_patient(7, "VOLKOVA^Tatiana^Nikolaevna", date(1955, 12, 3)), machine=TORSO,
            days_ago=0, at=time(11, 17, 40), accession="DEMO26007", description=CHEST,
            anatomy=Chest(seed=base + 70, nodules=(Nodule(x_mm=-86.0, y_mm=158.0, size_mm=17.0, contrast=0.9),)),
            formats=("tid1500",),
        ),
    )  # fmt: skip
