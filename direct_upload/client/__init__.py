"""Send files to a direct-upload site from Python, with the guarantees that browsers have.

    from direct_upload.client import Client

    with Client("https://upload.example.org", token="du_...") as client:
        stored = client.put("film.mkv")

`AsyncClient` has the same methods for asyncio.
"""

from direct_upload.client.async_client import AsyncClient
from direct_upload.client.client import Client
from direct_upload.client.download import Fetched, Verified
from direct_upload.client.errors import (
    AlreadyComplete,
    Busy,
    ClientError,
    Damaged,
    Held,
    Interrupted,
    InvalidRequest,
    NotAllowed,
    NotFound,
    NotSignedIn,
    QuotaExceeded,
    SegmentsRejected,
    SiteRefused,
    SourceChanged,
    SourceUnreadable,
    StateUnwritable,
    StorageRefused,
    TargetUnwritable,
    TooLarge,
    TooMany,
    Unavailable,
    Unreachable,
    UploadLost,
)
from direct_upload.client.upload import Item, Outcome
from direct_upload.client.values import Patience, Phase, Progress, StoredFile

__all__ = [
    "AlreadyComplete",
    "AsyncClient",
    "Busy",
    "Client",
    "ClientError",
    "Damaged",
    "Fetched",
    "Held",
    "Interrupted",
    "InvalidRequest",
    "Item",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Outcome",
    "Patience",
    "Phase",
    "Progress",
    "QuotaExceeded",
    "SegmentsRejected",
    "SiteRefused",
    "SourceChanged",
    "SourceUnreadable",
    "StateUnwritable",
    "StorageRefused",
    "StoredFile",
    "TargetUnwritable",
    "TooLarge",
    "TooMany",
    "Unavailable",
    "Unreachable",
    "UploadLost",
    "Verified",
]
