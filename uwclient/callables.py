"""Checks the game's functions: each must do its work when it is called, so it cannot be asynchronous."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import Any

from uwclient.errors import ArgumentError
from uwclient.log import logger

_warned_of: set[str] = set()


def check_runs_when_called(function: Callable[..., Any], what: str) -> None:
    """Raise ArgumentError for what cannot be called, or would not run then: `async def`, or a function that yields.

    `what` names its purpose for the message, such as "A listener of on_active".
    """
    if not callable(function):
        raise ArgumentError(f"{what} must be a function, not {type(function).__name__}.")
    kind = _lazy_kind(function)
    if kind is not None:
        raise ArgumentError(
            f"{what} must be a plain function, but {name_of(function)} is {kind}, so a call does not run its body. "
            "Give a plain function that starts it, such as "
            "lambda *given, **details: loop.create_task(work(*given, **details)) with asyncio."
        )


def check_result(function: Callable[..., Any], result: object) -> None:
    """Log a warning, once, if a function has returned a coroutine or a generator, whose body has not run."""
    if result is None or not isinstance(result, (Coroutine, Generator, AsyncGenerator)):
        return
    if not isinstance(result, AsyncGenerator):
        result.close()  # else Python warns of it too
    name = name_of(function)
    if name not in _warned_of:
        _warned_of.add(name)
        logger().warning(
            "%s has returned %s that nobody runs, so its work is not done: start it in there, for instance with "
            "asyncio's loop.create_task().",
            name,
            "a coroutine" if isinstance(result, Coroutine) else "a generator",
        )


def name_of(function: Callable[..., Any]) -> str:
    """Return module and name of a function, for messages."""
    function = _innermost(function)
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{getattr(function, '__module__', None) or type(function).__module__}.{name}"


def _innermost(function: Callable[..., Any]) -> Callable[..., Any]:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def _lazy_kind(function: Callable[..., Any]) -> str | None:
    """Return the kind of a function whose body does not run when it is called, or None for a plain one."""
    innermost = _innermost(function)
    method = inspect.getattr_static(type(innermost), "__call__", None)  # for callable objects
    for called in (innermost, method):
        if inspect.iscoroutinefunction(called) or inspect.isasyncgenfunction(called):
            return "asynchronous"
        if inspect.isgeneratorfunction(called):
            return "a generator"
    return None
