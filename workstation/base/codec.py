"""Frozen dataclasses to JSON and back, checked. The one codec of journal, workers, scripts and command line."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import Discriminator, TypeAdapter, ValidationError

from workstation.base.errors import BadInputError

T = TypeVar("T")

__all__ = ["canonical", "digest_of", "dump", "load", "load_json", "schema_of", "tagged"]


@cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


def dump(value: Any, type_: Any = None) -> Any:
    """`value` (a dataclass of the model) as plain JSON types."""
    return _adapter(cast("Any", type_ or type(value))).dump_python(value, mode="json", warnings=False)


def load(type_: type[T], data: Any) -> T:
    """Plain JSON types as a checked `type_`.

    Raises
    ------
    BadInputError
        When `data` does not have the form of `type_`; the message names the place.
    """
    try:
        checked: T = _adapter(cast("Any", type_)).validate_python(data)
    except ValidationError as error:
        raise BadInputError(_first_problem(error)) from error
    return checked


def load_json(type_: type[T], text: str | bytes) -> T:
    """JSON text as a checked `type_`; raises as `load`."""
    try:
        checked: T = _adapter(cast("Any", type_)).validate_json(text)
    except ValidationError as error:
        raise BadInputError(_first_problem(error)) from error
    return checked


def schema_of(type_: Any) -> dict[str, Any]:
    """JSON schema (2020-12) of `type_`."""
    return _adapter(type_).json_schema()


def tagged(union: Any, tag: str) -> Any:
    """The union of dataclasses as a type for `load`, its members told apart by their field `tag` alone."""
    return Annotated[union, Discriminator(tag)]


def canonical(data: Any) -> bytes:
    """One byte string for one JSON value: sorted keys, no spaces, UTF-8. What hashes are taken of."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest_of(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the top level"
    return f"not in the expected form at {place}: {first['msg']}"
