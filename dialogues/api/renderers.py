"""JSON by orjson: the bytes of the framework's renderer, some ten times as fast."""

from __future__ import annotations

from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
_other = JSONEncoder().default


def as_json(content: Any) -> bytes:
    """The bytes that the framework's renderer gives; but 1e-5, where it writes 1e-05."""
    text = orjson.dumps(content, _other, OPTIONS)
    # Line ends in scripts, which JSON allows and they do not.
    return text.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")


class OrjsonRenderer(JSONRenderer):
    """JSON; on several lines where the Accept header asks for an `indent`."""

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        if data is None or self.get_indent(media_type, context or {}):
            return super().render(data, media_type, context)
        return as_json(data)
