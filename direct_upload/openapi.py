"""The OpenAPI 3.1 document, made from the route table and from what the handlers say of themselves."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from tornado.web import RequestHandler

from direct_upload import messages
from direct_upload.handlers import PERSONAL
from direct_upload.operations import Operation, Parameter, operation_of
from swift_store.errors import MEDIA_TYPE, PROBLEMS

_REFERENCE = "#/components/schemas/{model}"
_METHODS = ("get", "post", "delete")
_WRITE_PROBLEMS = ("cross-site",)
_CALLER_PROBLEMS = ("sign-in-needed", "invalid-token", "not-through-proxy", "not-ready")
_BODY_PROBLEMS = ("invalid-json", "invalid-request", "request-too-large")


def document(routes: Iterable[tuple[str, type[RequestHandler]]], prefix: str = "") -> dict[str, Any]:
    """Describe ROUTES, pairs of an address such as `/api/files/{id}` and its handler, below PREFIX."""
    operations = {
        (path, method): found
        for path, handler in routes
        for method in _METHODS
        if (found := operation_of(getattr(handler, method))) is not None
    }
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for (path, method), described in operations.items():
        paths[path][method] = _operation(path, method, described)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "direct-upload",
            "version": version("direct-upload"),
            "license": {"name": "MIT", "identifier": "MIT"},
            "description": "Uploads from the browser straight into OpenStack Swift. "
            "Segments go to Swift itself: PUT target.url + NNNNNNNN + '?' + target.query.",
        },
        **({"servers": [{"url": prefix}]} if prefix else {}),
        "paths": dict(paths),
        "components": {"schemas": _schemas(operations.values())},
    }


def _operation(path: str, method: str, described: Operation) -> dict[str, Any]:
    codes = [*described.problems, *(_WRITE_PROBLEMS if method != "get" else ())]
    if path.startswith(PERSONAL):
        codes += _CALLER_PROBLEMS
    if described.body is not None:
        codes += _BODY_PROBLEMS
    elif described.query or "{" in path:
        codes += ["invalid-request"]
    result: dict[str, Any] = {
        "operationId": _operation_id(path, method),
        "summary": described.summary,
        "parameters": _parameters(path, described),
        "responses": {
            **{str(status): _answer(message) for status, message in described.answers.items()},
            **_problem_answers(dict.fromkeys(codes)),
        },
    }
    if described.body is not None:
        result["requestBody"] = {"required": True, "content": {"application/json": _schema(described.body)}}
    return result


def _operation_id(path: str, method: str) -> str:
    return "_".join([method, *re.findall(r"[a-z]+", path)]).rstrip("_")


def _parameters(path: str, described: Operation) -> list[dict[str, Any]]:
    parts = {name: Parameter("The upload's or file's id.") for name in re.findall(r"{(\w+)}", path)}
    headers = {name: Parameter(meaning) for name, meaning in (described.headers or {}).items()}
    return [
        {
            "in": where,
            "name": name,
            "required": where != "query",
            "description": parameter.meaning,
            "schema": dict(parameter.schema),
        }
        for where, parameters in (("path", parts), ("query", described.query or {}), ("header", headers))
        for name, parameter in parameters.items()
    ]


def _answer(message: type[BaseModel] | str | None) -> dict[str, Any]:
    if message is None:
        return {"description": "Done."}
    if isinstance(message, str):
        return {"description": "The text.", "content": {message: {}}}
    return {"description": "Done.", "content": {"application/json": _schema(message)}}


def _problem_answers(codes: Iterable[str]) -> Mapping[str, Any]:
    by_status = defaultdict(list)
    for code in codes:
        by_status[str(int(PROBLEMS[code]))].append(code)
    return {
        status: {
            "description": "Refused with one of these codes: " + ", ".join(sorted(grouped)) + ".",
            "content": {MEDIA_TYPE: {"schema": _problem_schema(grouped)}},
        }
        for status, grouped in sorted(by_status.items())
    }


def _problem_schema(codes: Iterable[str]) -> dict[str, Any]:
    reference = _REFERENCE.format(model=messages.ProblemMessage.__name__)
    return {"$ref": reference, "properties": {"code": {"enum": sorted(codes)}}}


def _schema(message: type[BaseModel]) -> dict[str, Any]:
    return {"schema": {"$ref": _REFERENCE.format(model=message.__name__)}}


def _schemas(operations: Iterable[Operation]) -> Any:
    models: set[type[BaseModel]] = {messages.ProblemMessage}
    for described in operations:
        models |= {one for one in (described.body, *described.answers.values()) if isinstance(one, type)}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schema = models_json_schema([(model, "validation") for model in ordered], ref_template=_REFERENCE)
    return schema["$defs"]
