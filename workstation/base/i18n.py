"""Texts in English and Russian: catalogues in `resources/translations`, keyed by stable names.

`<language>.json` holds the window's texts, `<part>.<language>.json` those of other parts.
"""

from __future__ import annotations

from functools import cache

from workstation.base import resources

LANGUAGES = ("en", "ru")


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of a language by key.

    Raises
    ------
    ValueError
        When two files define the same key.
    """
    merged: dict[str, str] = {}
    names = sorted(path.name for path in resources.path("translations").glob(f"*{language}.json"))
    for name in names:
        part: dict[str, str] = resources.load("translations", name)
        if twice := sorted(merged.keys() & part.keys()):
            raise ValueError(f"{name} defines texts that another catalogue has: {', '.join(twice)}")
        merged |= part
    return merged


def text(key: str, language: str, **values: object) -> str:
    """The text under `key` in `language`, its {placeholders} filled.

    Raises
    ------
    KeyError
        When the catalogue has no such key: a test walks all keys, so a reader never meets this.
    """
    template = catalogue(language)[key]
    return template.format(**values) if values else template
