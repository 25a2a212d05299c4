"""The server API as a page to read, made from its OpenAPI document; it asks nothing of anybody else (pure)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
nav ul { columns: 3; list-style: none; padding: 0; }
h2 { border-bottom: 1px solid #8886; margin-top: 3rem; }
details { border: 1px solid #8886; border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; }
summary code { font-weight: 600; }
summary span { opacity: .75; }
table { border-collapse: collapse; margin: .5rem 0; width: 100%; }
td, th { border-bottom: 1px solid #8884; padding: .2rem .6rem .2rem 0; text-align: left; vertical-align: top; }
pre { background: #8882; border-radius: 6px; overflow-x: auto; padding: .6rem; }
.required::after { color: #d33; content: " *"; }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<h1>{title}</h1>
<p>{text} Every request needs the API key in <code>X-Api-Key</code> (base64) or <code>api_key</code>.
The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
<nav><ul>{contents}</ul></nav>
{sections}
</body>
</html>
"""


def page(document: Mapping[str, Any]) -> str:
    """The page, as HTML."""
    by_section: dict[str, list[str]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by_section[operation["tags"][0]].append(_operation(method, path, operation))
    contents = "".join(f'<li><a href="#{_anchor(name)}">{escape(name)}</a></li>' for name in by_section)
    sections = "\n".join(
        f'<h2 id="{_anchor(name)}">{escape(name)}</h2>\n{"".join(operations)}'
        for name, operations in by_section.items()
    )
    info = document["info"]
    return _PAGE.format(
        title=escape(info["title"]), text=escape(info["description"]), contents=contents, sections=sections
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    body = operation.get("requestBody", {}).get("content", {})
    status, reply = next(iter(operation["responses"].items()))
    parts = [_parameters(operation["parameters"])]
    for media_type, content in body.items():
        parts.append(f"<h4>Body ({escape(media_type)})</h4>{_fields(content['schema'])}{_example(content)}")
    replied = reply.get("content", {}).get("application/json", {})
    parts.append(f"<h4>Reply {escape(status)}</h4>{_example(replied)}")
    heading = f"<code>{method.upper()} {escape(path)}</code> <span>{escape(operation['summary'])}</span>"
    return (
        f'<details id="{escape(operation["operationId"])}"><summary>{heading}</summary>{"".join(parts)}</details>\n'
    )


def _parameters(parameters: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        _row(one["name"], f"{one['in']}: {_type(one['schema'])}", one.get("description", ""), one["required"])
        for one in parameters
    ]
    return f"<h4>Parameters</h4><table>{''.join(rows)}</table>"


def _fields(schema: Mapping[str, Any], prefix: str = "") -> str:
    rows = "".join(_rows(schema, prefix))
    return f"<table>{rows}</table>" if rows else ""


def _rows(schema: Mapping[str, Any], prefix: str) -> Iterable[str]:
    required = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        yield _row(f"{prefix}{name}", _type(one), one.get("description", ""), name in required)
        yield from _rows(one.get("items", one), f"{prefix}{name}.")


def _row(name: str, kind: str, text: str, required: bool) -> str:
    mark = ' class="required"' if required else ""
    return f"<tr><td><code{mark}>{escape(name)}</code></td><td>{escape(kind)}</td><td>{escape(text)}</td></tr>"


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "JSON")
    written = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{written}, one of {', '.join(map(str, schema['enum']))}" if "enum" in schema else written


def _example(content: Mapping[str, Any]) -> str:
    if "example" not in content:
        return ""
    return f"<pre>{escape(json.dumps(content['example'], indent=2, ensure_ascii=False))}</pre>"


def _anchor(name: str) -> str:
    return name.lower().replace(" ", "-")
