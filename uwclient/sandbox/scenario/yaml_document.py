"""Reads YAML, and finds the line on which a part of it stands."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import yaml

from uwclient.sandbox.core.errors import FieldError, FieldPath, ScenarioError, path_text
from uwclient.sandbox.core.times import parse_time
from uwclient.sandbox.scenario.yaml_bounds import check_bounds

try:
    from yaml import CSafeLoader as FastLoader
except ImportError:  # PyYAML was built without libyaml: the same, ten times slower.
    from yaml import SafeLoader as FastLoader  # type: ignore[assignment]

LARGEST_FILE = 8 * 1024 * 1024
LONGEST_NUMBER = 400
"""Characters of a number; the largest that a double holds has 309 digits."""
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_BOOL = "tag:yaml.org,2002:bool"
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class YamlDocument:
    """The content of a scenario, and where in its file each part stands."""

    def __init__(self, name: str, data: Any, node: yaml.Node | None = None, folder: Path | None = None) -> None:
        self.name = name
        self.data = data
        self.folder = folder
        self._node = node

    def file(self, path: FieldPath, name: str) -> Path:
        """The file of that name: in the scenario's folder (without one, the working folder) or below."""
        folder = (self.folder or Path()).resolve()
        try:
            file = (folder / name).resolve()
        except (OSError, ValueError, RuntimeError):  # a loop of links, or letters that no name may hold
            self.fail(path, f"{name!r} cannot be the name of a file")
        if not file.is_relative_to(folder):
            self.fail(path, f"{name!r} is not in the scenario's folder or below: copy the file there")
        return file

    def fail(self, path: FieldPath, reason: str) -> NoReturn:
        """Raise a ScenarioError that names the file, the line, the field and the reason."""
        raise ScenarioError(self._sentence(path, reason)) from None

    def warn(self, path: FieldPath, reason: str) -> None:
        """Log a warning that names the file, the line, the field and the reason."""
        logging.getLogger("uwclient.sandbox").warning("%s", self._sentence(path, reason))

    def _sentence(self, path: FieldPath, reason: str) -> str:
        line = self.line(path)
        where = self.name if line is None else f"{self.name}:{line}"
        field = f"{path_text(path)}: " if path else ""
        return f"{where}: {field}{reason}"

    @contextmanager
    def errors_at(self, path: FieldPath) -> Iterator[None]:
        """A block whose FieldErrors become ScenarioErrors that name the place; their paths continue `path`."""
        try:
            yield
        except FieldError as problem:
            self.fail((*path, *problem.path), problem.reason)

    def time(self, path: FieldPath, value: object, origin: datetime) -> datetime:
        """The time that a value names; relative ones count from `origin`. ScenarioError when it names none."""
        try:
            return parse_time(value, origin)
        except ValueError as problem:
            self.fail(path, str(problem))

    def line(self, path: FieldPath) -> int | None:
        """The line of the field, or of the nearest part around it; None without a file."""
        if self._node is None:
            return None
        node, line = self._node, self._node.start_mark.line
        for part in path:
            found = _child(node, part)
            if found is None:
                break
            mark, node = found
            line = mark.start_mark.line
        return int(line) + 1


class _Loader(FastLoader):
    """Understands plain words as YAML 1.2 does: dates stay text, and `no` is a word."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the loader's own way to be configured
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in (_BOOL, _TIMESTAMP)]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """The value of a node. MarkedYAMLError, with its place, for what cannot be made a value."""
        if node.tag in _NUMBERS and len(node.value) > LONGEST_NUMBER:
            raise _misfit(node, f"a number of {len(node.value)} letters is longer than {LONGEST_NUMBER}")
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError):
            raise _misfit(node, f"it is no {node.tag.rpartition(':')[2]}") from None


_Loader.add_implicit_resolver(_BOOL, re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def read_yaml(path: Path) -> YamlDocument:
    """The document in a YAML file. ScenarioError when it cannot be read, with the line if that is known."""
    text = _text_in(path)
    try:
        check_bounds(yaml.parse(text, Loader=FastLoader))
        return _composed(path, text)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        where = str(path) if mark is None else f"{path}:{mark.line + 1}"
        reason = ", ".join(part for part in (problem.context, problem.problem) if part)
        raise ScenarioError(f"{where}: it is not valid YAML: {reason}") from None
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise ScenarioError(f"{path}:{line}: it is not valid YAML: {problem.reason}") from None
    except (yaml.YAMLError, RecursionError) as problem:
        raise ScenarioError(f"{path}: it is not valid YAML: {problem}") from None


def _text_in(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise ScenarioError(f"{path}: the scenario cannot be read: it is larger than {LARGEST_FILE} bytes")
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1 if isinstance(problem, UnicodeDecodeError) else 1
        raise ScenarioError(f"{path}:{line}: the scenario cannot be read: it is not UTF-8 ({problem})") from None
    except (OSError, ValueError) as problem:
        if isinstance(problem, ScenarioError):
            raise
        raise ScenarioError(f"{path}: the scenario cannot be read: {problem}") from None


def _composed(path: Path, text: str) -> YamlDocument:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return YamlDocument(str(path), {})
        _check_unique_keys(path, node, set())
        return YamlDocument(str(path), loader.construct_document(node), node, path.parent)
    finally:
        loader.dispose()


def _misfit(node: yaml.Node, reason: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=reason, problem_mark=node.start_mark)


def _check_unique_keys(path: Path, node: yaml.Node, seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            _check_unique_keys(path, inner, seen)
    elif isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, inner in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in keys:
                    raise ScenarioError(f"{path}:{key.start_mark.line + 1}: the key {key.value!r} is there twice")
                keys.add(key.value)
            _check_unique_keys(path, inner, seen)


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The node that marks the place of a part, and the node of its value."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if key.value == part:
                return key, value
    return None
