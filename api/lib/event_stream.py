"""Server-sent events as text. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

import json
from typing import Any

from rest_framework.utils.encoders import JSONEncoder

MEDIA_TYPE = "text/event-stream"
COMMENT = b": still here\n\n"
"""Sent while nothing happens: keeps proxies from closing the line, and lets the server notice a reader who left."""


def event(name: str, data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, cls=JSONEncoder, ensure_ascii=False)}\n\n".encode()
