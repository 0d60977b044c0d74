"""Texts in English and Russian: one catalogue per language in `resources/translations`, keyed by stable names."""

from __future__ import annotations

from workstation.base import resources

LANGUAGES = ("en", "ru")


def text(key: str, language: str, **values: object) -> str:
    """The text under `key` in `language`, its {placeholders} filled.

    Raises
    ------
    KeyError
        When the catalogue has no such key: a test walks all keys, so a reader never meets this.
    """
    catalogue: dict[str, str] = resources.load("translations", f"{language}.json")
    template = catalogue[key]
    return template.format(**values) if values else template
