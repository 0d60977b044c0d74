"""Measures the detector on seeded phantoms, and fits its scores on others. Run by hand; README.md quotes the output.

python plugins/reference_detector/measure.py            sensitivity and false marks on test seeds
python plugins/reference_detector/measure.py --fit      logistic weights from training seeds, to be pasted
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from diptych_reference_detector import search
from diptych_reference_detector.candidates import Candidate
from numpy.typing import NDArray

from workstation.demo.anatomy import VIEWS, Breast, Canvas, Lesion
from workstation.demo.chest import Chest, Nodule, draw_chest
from workstation.demo.lesions import MARGINS
from workstation.demo.mammogram import draw
from workstation.model.geometry import Point
from workstation.model.lexicon import CALCIFICATION_CLUSTER, DISTORTION, MASS, NODULE
from workstation.model.result import Density
from workstation.model.study import Laterality

TRAINING, TEST = 50_000, 90_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One candidate with its truth."""

    kind: str
    is_lesion: bool
    candidate: Candidate


@dataclass(slots=True)
class Tally:
    """Candidates and lesions over all images."""

    seen: list[Seen]
    lesions: defaultdict[str, int]
    images: defaultdict[str, int]

    @classmethod
    def empty(cls) -> Tally:
        """Nothing counted yet."""
        return cls(seen=[], lesions=defaultdict(int), images=defaultdict(int))


def random_breast(seed: int, kinds: tuple[str, ...]) -> Breast:
    """A breast with a random density and, in two of three, one or two random lesions."""
    rng = np.random.default_rng(seed)
    density = list(Density)[int(rng.choice(4, p=(0.15, 0.4, 0.35, 0.1)))]
    count = int(rng.choice(3, p=(0.34, 0.45, 0.21)))
    return Breast(
        seed=seed,
        laterality=Laterality.RIGHT if rng.random() < 0.5 else Laterality.LEFT,
        density=density,
        depth_mm=float(rng.uniform(80, 105)),
        half_width_mm=float(rng.uniform(75, 98)),
        lesions=tuple(_lesion(rng, str(rng.choice(kinds))) for _ in range(count)),
    )


def _lesion(rng: np.random.Generator, kind: str) -> Lesion:
    place = (float(rng.uniform(28, 70)), float(rng.uniform(-35, 35)), float(rng.uniform(-35, 35)))
    if kind == "calcifications":
        margin = str(rng.choice(("pleomorphic", "round")))
        size, contrast = float(rng.uniform(6, 12)), float(rng.uniform(0.25, 1.0))
        return Lesion(kind=CALCIFICATION_CLUSTER, margin=margin, size_mm=size, position=place, contrast=contrast)
    if kind == "distortion":
        size, contrast = float(rng.uniform(16, 28)), float(rng.uniform(0.5, 0.9))
        return Lesion(kind=DISTORTION, margin="", size_mm=size, position=place, contrast=contrast)
    size, contrast = float(rng.uniform(7, 18)), float(rng.uniform(0.4, 0.8))
    return Lesion(kind=MASS, margin=str(rng.choice(MARGINS)), size_mm=size, position=place, contrast=contrast)


def breasts(first: int, count: int, scale: float, kinds: tuple[str, ...], tally: Tally) -> None:
    """Search `count` random breasts, both views."""
    canvas = Canvas(rows=round(4096 * scale), columns=round(3328 * scale), spacing_mm=0.07 / scale)
    for seed in range(first, first + count):
        breast = random_breast(seed, kinds)
        for view in VIEWS:
            drawing = draw(breast, view, canvas)
            found = search.mammogram(np.asarray(drawing.pixels / 16383, np.float32), canvas.spacing_mm, view)
            truth = [(item.lesion.kind.meaning, item.center, item.lesion.size_mm) for item in drawing.lesions]
            _count(tally, found.marks if found else [], truth, canvas.spacing_mm)


def chests(first: int, count: int, scale: float, tally: Tally) -> None:
    """Search `count` random chests, half of them with a nodule."""
    canvas = Canvas(rows=round(2992 * scale), columns=round(2500 * scale), spacing_mm=0.14 / scale)
    for seed in range(first, first + count):
        rng = np.random.default_rng(seed)
        side = float(rng.choice((-1.0, 1.0)))
        nodule = Nodule(
            x_mm=side * float(rng.uniform(58, 106)), y_mm=float(rng.uniform(120, 235)),
            size_mm=float(rng.uniform(11, 24)), contrast=float(rng.uniform(0.5, 1.2)),
        )  # fmt: skip
        drawing = draw_chest(Chest(seed=seed, nodules=(nodule,) if seed % 2 else ()), canvas)
        found = search.chest_image(np.asarray(1 - drawing.pixels / 4095, np.float32), canvas.spacing_mm)
        truth = [(NODULE.meaning, item.center, item.nodule.size_mm) for item in drawing.nodules]
        _count(tally, found.marks if found else [], truth, canvas.spacing_mm)


def _count(
    tally: Tally, marks: list[tuple[Candidate, Point]], truth: list[tuple[str, Point, float]], spacing_mm: float
) -> None:
    for kind, _, _ in truth:
        tally.lesions[kind] += 1
    for kind in {candidate.kind.meaning for candidate, _ in marks} | {kind for kind, _, _ in truth}:
        tally.images[kind] += 1
    tally.images["all"] += 1
    claimed: set[int] = set()
    for candidate, (column, row) in sorted(marks, key=lambda mark: -mark[0].probability):
        near = [
            number
            for number, (_, center, size_mm) in enumerate(truth)
            if np.hypot(column - center[0], row - center[1]) * spacing_mm < max(size_mm / 2, 4.0) + 2.0
        ]
        own = [number for number in near if truth[number][0] == candidate.kind.meaning and number not in claimed]
        claimed.update(own)
        if own or not near:
            tally.seen.append(Seen(kind=candidate.kind.meaning, is_lesion=bool(own), candidate=candidate))


def fitted(rows: list[Seen]) -> tuple[float, NDArray[np.float64]]:
    """Logistic regression with a small ridge: bias and weights."""
    features = np.array([row.candidate.features for row in rows], dtype=float)
    truth = np.array([row.is_lesion for row in rows], dtype=float)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    design = np.column_stack([np.ones(len(features)), (features - mean) / spread])
    weights = np.zeros(design.shape[1])
    ridge = 0.5 * np.eye(len(weights))
    ridge[0, 0] = 1e-6
    for _ in range(50):
        score = 1 / (1 + np.exp(-design @ weights))
        hessian = (design.T * (score * (1 - score) + 1e-9)) @ design + ridge
        weights += np.linalg.solve(hessian, design.T @ (truth - score) - ridge @ weights)
    slopes = weights[1:] / spread
    return float(weights[0] - (slopes * mean).sum()), slopes


def report(tally: Tally) -> Iterator[str]:
    """The table for README.md: per kind and threshold, on single images, before views are matched."""
    for kind in sorted(tally.lesions):
        rows = [row for row in tally.seen if row.kind == kind]
        for threshold in (0.3, 0.5):
            marked = [row for row in rows if row.candidate.probability >= threshold]
            hits = sum(row.is_lesion for row in marked)
            rate = hits / max(tally.lesions[kind], 1)
            false = (len(marked) - hits) / max(tally.images["all"], 1)
            yield f"| {kind} | {threshold:.1f} | {tally.lesions[kind]} | {100 * rate:.0f} % | {false:.2f} |"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit on training seeds instead of measuring on test seeds")
    parser.add_argument("--count", type=int, default=60, help="breasts per size, and chests")
    parser.add_argument("--what", default="soft,calcifications,chest")
    arguments = parser.parse_args()
    first = TRAINING if arguments.fit else TEST
    for what in arguments.what.split(","):
        tally = Tally.empty()
        if what == "soft":
            breasts(first, 3 * arguments.count, 0.25, ("mass", "distortion"), tally)
        elif what == "calcifications":
            breasts(first, arguments.count // 2, 1.0, ("calcifications",), tally)
        else:
            chests(first, 2 * arguments.count, 0.25, tally)
        lines = _fits(tally) if arguments.fit else report(tally)
        print("\n".join(lines), flush=True)  # noqa: T201 - a tool for the command line


def _fits(tally: Tally) -> Iterator[str]:
    for kind in sorted(tally.lesions):
        rows = [row for row in tally.seen if row.kind == kind]
        bias, slopes = fitted(rows)
        yield f"{kind}: Weights(bias={bias:.2f}, weights=({', '.join(f'{slope:.2f}' for slope in slopes)}))"


if __name__ == "__main__":
    main()
