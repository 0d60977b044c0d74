"""Length-prefixed JSON over a pipe: four bytes of length, big endian, then UTF-8. Never pickle."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class WireError(Exception):
    """The other side closed the pipe, or sent what is not a message."""


def send(pipe: IO[bytes], message: dict[str, Any]) -> None:
    """Write one message.

    Raises
    ------
    WireError
        When the message is not JSON or longer than `MAX_MESSAGE_BYTES`: nothing was written then.
    OSError
        When the pipe is broken.
    """
    try:
        data = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from error
    if len(data) > MAX_MESSAGE_BYTES:
        raise WireError(f"a message of {len(data) // 1024**2} MB, more than {MAX_MESSAGE_BYTES // 1024**2}")
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> dict[str, Any]:
    """Read one JSON object; raises `WireError` at the end of the pipe or when the bytes are not a message."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise WireError("the pipe was closed")
    (length,) = _LENGTH.unpack(head)
    if length > MAX_MESSAGE_BYTES:
        raise WireError(f"an announced message of {length // 1024**2} MB")
    data = pipe.read(length)
    if len(data) < length:
        raise WireError("the pipe was closed inside a message")
    try:
        message = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise WireError("the message is not JSON") from error
    if not isinstance(message, dict):
        raise WireError("the message is not a JSON object")
    return message
