"""What would happen if somebody edited a contract: a module that follows from it is made a second time."""

import dataclasses
import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, create_model


def with_field(module: str, model: type, name: str, patch: pytest.MonkeyPatch) -> ModuleType:
    """A second copy of a module, as it would be if the model had one more field: a text, empty by default.

    The model and those in the module that inherit from it are patched where they are written."""
    for known in list(vars(importlib.import_module(module)).values()):
        if isinstance(known, type) and issubclass(known, model):
            patch.setattr(sys.modules[known.__module__], known.__name__, _grown(known, name))
    spec = importlib.util.find_spec(module)
    assert spec and spec.loader
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    return copy


def _grown(model: type, name: str) -> type[Any]:
    if issubclass(model, BaseModel):
        fields: dict[str, Any] = {name: (str, "")}
        return create_model(model.__name__, __base__=model, **fields)
    field = (name, str, dataclasses.field(default=""))
    return dataclasses.make_dataclass(model.__name__, [field], bases=(model,), frozen=True)
