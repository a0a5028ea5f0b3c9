"""Which keys a model knows at a place inside it, for the hint behind an unknown key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel


def known_keys(model: type, loc: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that may stand at `loc` below `model`; empty when there is no block of keys."""
    kind: Any = model
    for part in loc:
        kind = _step(_block(kind), part)
    return tuple(_children(_block(kind)))


def _step(kind: Any, part: str | int) -> Any:
    children = _children(kind)
    if part in children:
        return children[str(part)]
    values = [arm for arm in get_args(kind) if arm is not Ellipsis]
    return values[-1] if values else None


def _block(kind: Any) -> Any:
    """What holds keys or values in an annotation: the model behind `Annotated` and `| None`."""
    arms: Iterable[Any] = get_args(kind)
    if get_origin(kind) is Annotated:
        return _block(get_args(kind)[0])
    if type(None) in arms:
        return _block(next(arm for arm in arms if arm is not type(None)))
    return kind


def _children(kind: Any) -> dict[str, Any]:
    if isinstance(kind, UnionType):
        return {name: child for arm in get_args(kind) for name, child in _children(arm).items()}
    if get_origin(kind) is tuple:  # one block may stand for a list of one
        return _children(_block(get_args(kind)[0]))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {info.alias or name: info.annotation for name, info in kind.model_fields.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return {field.name: hints[field.name] for field in fields(kind)}
    return {}
