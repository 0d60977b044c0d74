"""Random fields: the raw material of tissue. All from a generator that is passed in, so that a seed gives one image."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def power_noise(shape: tuple[int, ...], beta: float, rng: np.random.Generator, *, low: float = 0.0) -> Field:
    """Noise whose power falls with frequency as 1/f^beta; mean 0, standard deviation 1.

    Parameters
    ----------
    shape : two or three dimensions.
    beta : about 3 for breast tissue (Burgess 1999).
    low : cycles per field below which there is no power: 0 keeps all, a larger value gives an even net.
    """
    white = rng.standard_normal(shape, dtype=np.float32)
    spectrum = np.fft.rfftn(white)
    axes = [np.fft.fftfreq(length) * max(shape) for length in shape[:-1]]
    axes.append(np.fft.rfftfreq(shape[-1]) * max(shape))
    squared = sum(np.square(axis) for axis in np.meshgrid(*axes, indexing="ij", sparse=True))
    frequency = np.sqrt(np.maximum(squared, 0.25))
    amplitude = np.where(frequency >= low, frequency ** (-beta / 2), 0.0)
    amplitude.flat[0] = 0.0
    field = np.fft.irfftn(spectrum * amplitude, s=shape, axes=range(len(shape)))
    return np.asarray(field / field.std(), dtype=np.float32)


def grown_noise(
    shape: tuple[int, int], beta: float, rng: np.random.Generator, *, coarse: int, low: float = 0.0
) -> Field:
    """`power_noise` made `coarse` times smaller and enlarged: cheap where the finest detail comes from elsewhere."""
    rows, columns = (max(64, -(-length // coarse)) for length in shape)
    return enlarge(power_noise((rows, columns), beta, rng, low=low), shape)


def enlarge(field: Field, shape: tuple[int, int]) -> Field:
    """`field` resampled to `shape` (rows, columns), cubic."""
    return np.asarray(cv2.resize(field, shape[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def ridges(field: Field, sharpness: float) -> Field:
    """Thin bright lines where `field` crosses zero, 0-1: septa and ligaments."""
    return np.asarray(np.exp(-np.abs(field) * sharpness), dtype=np.float32)


def blur(field: Field, sigma_px: float) -> Field:
    """Gaussian blur; none below a third of a pixel."""
    if sigma_px < 1 / 3:
        return field
    return np.asarray(cv2.GaussianBlur(field, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT), dtype=np.float32)


def step(field: Field, low: float, high: float) -> Field:
    """Smooth step from 0 at `low` to 1 at `high`."""
    t = np.clip((field - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), dtype=np.float32)
