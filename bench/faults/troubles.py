"""What logs tell of trouble. Pure."""

import re
from typing import Final

_TROUBLE: Final = re.compile(r"\b(?:ERROR|CRITICAL)\b.*|Traceback.*")
_LONGEST: Final = 200


def troubles(log: str) -> list[str]:
    """The errors in the text of a log, each from that word on; nothing a server should ever say."""
    return [found[0][:_LONGEST].strip() for found in map(_TROUBLE.search, log.splitlines()) if found]
