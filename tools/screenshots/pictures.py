"""The list of pictures: which scene, in which window, in which language and colours."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from tools.screenshots import scenes
from tools.screenshots.stage import Stage


class Site(Enum):
    """Where the picture is taken."""

    OPEN = "open"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Picture:
    """`docs/images/<name>.png`. Sizes in CSS pixels; `is_whole` goes on below the window."""

    name: str
    scene: Callable[[Stage], None]
    width: int = 960
    height: int = 720
    scale: float = 1
    scheme: Literal["light", "dark"] = "light"
    locale: str = "en-GB"
    forced_colors: Literal["none", "active"] = "none"
    is_whole: bool = True
    site: Site = Site.OPEN


PHONE = 390
DESKTOP = 1440

PICTURES = (
    Picture("page", scenes.uploading, scale=1.5),
    Picture("page-dark", scenes.uploading, scale=1.5, scheme="dark"),
    Picture("page-empty", scenes.empty, width=DESKTOP),
    Picture("page-states", scenes.states),
    Picture("page-offline", scenes.offline),
    Picture("page-interrupted", scenes.interrupted),
    Picture("page-permission", scenes.waiting_for_permission),
    Picture("page-other-file", scenes.another_file_chosen),
    Picture("page-following", scenes.following, scheme="dark"),
    Picture("page-many", scenes.many, height=900, is_whole=False),
    Picture("page-drop", scenes.dragging, is_whole=False),
    Picture("page-cancel-all", scenes.cancelling_all, is_whole=False, scheme="dark"),
    Picture("page-undo", scenes.deleted, is_whole=False),
    Picture("page-search", scenes.searching),
    Picture("page-preview", scenes.preview, is_whole=False, scheme="dark"),
    Picture("page-preview-failed", scenes.failed_preview, is_whole=False),
    Picture("page-share", scenes.sharing, is_whole=False),
    Picture("page-held", scenes.held),
    Picture("page-unavailable", scenes.unavailable),
    Picture("page-notice", scenes.notice, is_whole=False),
    Picture("page-signed-in", scenes.signed_in, site=Site.MEMBERS),
    Picture("page-sign-in-needed", scenes.sign_in_needed, site=Site.MEMBERS, scheme="dark"),
    Picture("page-recorder", scenes.recorder, is_whole=False),
    Picture("page-phone", scenes.uploading, width=PHONE, height=844, scale=1.5),
    Picture("page-phone-dark", scenes.states, width=PHONE, height=844, scheme="dark"),
    Picture("page-german", scenes.uploading, locale="de-DE"),
    Picture("page-french-phone", scenes.uploading, width=PHONE, height=844, locale="fr-FR"),
    Picture("page-spanish-dark", scenes.uploading, locale="es-ES", scheme="dark"),
    Picture("page-japanese", scenes.uploading, locale="ja-JP"),
    Picture("page-arabic", scenes.uploading, locale="ar"),
    Picture("page-zoom", scenes.uploading, width=DESKTOP // 2, height=450, scale=2, is_whole=False),
    Picture("page-forced-colors", scenes.uploading, forced_colors="active", scheme="dark"),
)
