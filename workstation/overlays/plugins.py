"""Discovery of readers: the built-in ones and every entry point of the group `diptych.overlays`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

import pluggy

from workstation.model.problem import Problem, ProblemKind
from workstation.overlays import readers
from workstation.overlays.hooks import ENTRY_POINT_GROUP, PROJECT, OverlayHooks, OverlayReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """Readers by name, and plugins that could not be loaded."""

    readers: dict[str, OverlayReader]
    problems: tuple[Problem, ...]


@cache
def plugins() -> Plugins:
    """All readers of this installation, found once per process."""
    return load_plugins(tuple(entry_points(group=ENTRY_POINT_GROUP)))


def load_plugins(points: tuple[EntryPoint, ...]) -> Plugins:
    """The built-in readers and those of `points`; a plugin that fails is listed and left out, the others work.

    Two readers of one name: the first one counts, the built-in ones before all others.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(OverlayHooks)
    found: dict[str, OverlayReader] = {reader.name: reader for reader in readers.diptych_overlay_readers()}
    problems: list[Problem] = []
    for point in points:
        try:
            plugin = point.load()
            manager.register(plugin, name=point.name)
            brought = manager.subset_hook_caller("diptych_overlay_readers", _others(manager, plugin))()
            problems += [_doubled(point, reader) for group in brought for reader in group if reader.name in found]
            found |= {reader.name: reader for group in brought for reader in group if reader.name not in found}
        except Exception as error:  # a vendor's code may fail in its own way; the others must work (R42)
            problems.append(_broken(point, error))
    return Plugins(readers=found, problems=tuple(problems))


def _others(manager: pluggy.PluginManager, plugin: object) -> list[object]:
    return [other for other in manager.get_plugins() if other is not plugin]


def _broken(point: EntryPoint, error: Exception) -> Problem:
    message = (
        f"The overlay plugin {point.name} cannot be loaded ({type(error).__name__}: {error}). "
        "Its results are not shown until it is repaired or removed."
    )
    return Problem(kind=ProblemKind.READER_FAILED, where=point.name, message=message)


def _doubled(point: EntryPoint, reader: OverlayReader) -> Problem:
    message = f"The overlay plugin {point.name} brings a reader {reader.name}, a name that is taken. It is not used."
    return Problem(kind=ProblemKind.READER_FAILED, where=point.name, message=message)
