"""What a reader of foreign bytes can do wrong, each as a function that a worker runs."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from typing import Any

import numpy as np

from workstation.base import workers
from workstation.base.errors import BadInputError


def echo(argument: Any) -> Any:
    return argument


def process_id(_argument: Any) -> int:
    return os.getpid()


def refuse(argument: Any) -> Any:
    raise BadInputError(f"cannot use {argument}")


def fail(_argument: Any) -> Any:
    raise KeyError("rows")


def recurse(argument: Any) -> Any:
    return recurse(argument)


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def spin(_argument: Any) -> Any:
    while True:
        pass


def segfault(_argument: Any) -> Any:
    return ctypes.string_at(0)


def leave(_argument: Any) -> Any:
    os._exit(0)


def close_every_file(_argument: Any) -> Any:
    os.closerange(0, 256)
    return "unheard"


def chatter(argument: Any) -> Any:
    print("noise from a library")  # noqa: T201
    os.write(1, b"\x00\x00\x00\x05noise")
    sys.stdout.flush()
    return argument


def read_standard_input(_argument: Any) -> str:
    return sys.stdin.read()


def allocate(size: int) -> int:
    return len(np.ones(size, dtype=np.uint8))


def long_text(size: int) -> str:
    return "x" * size


def not_json(_argument: Any) -> Any:
    return {1, 2}


def gradient(shape: list[int]) -> Any:
    return {"array": workers.put_array(np.arange(np.prod(shape), dtype=">u2").reshape(shape))}


def put_and_fail(_argument: Any) -> Any:
    workers.put_array(np.zeros(10, dtype=np.uint8))
    raise KeyError("after the array")
