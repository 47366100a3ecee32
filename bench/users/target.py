"""Where the segments of an upload go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Target:
    """Where segments go, until when."""

    url: str
    query: str
    expires_at: float

    @classmethod
    def of(cls, message: dict[str, Any]) -> Self:
        return cls(
            message["url"], message["query"], datetime.fromisoformat(message["expires_at"]).timestamp()
        )

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def segment(self, number: int) -> str:
        return f"{urlsplit(self.url).path}{number:08d}?{self.query}"
