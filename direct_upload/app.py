"""The route table."""

from __future__ import annotations

import json
import re

from tornado.routing import PathMatches, Rule
from tornado.web import Application, RequestHandler

from direct_upload.access_log import log_request
from direct_upload.batch_handlers import CompleteBatches, UploadBatches
from direct_upload.body_limit import BodyOverLimit, BodyTooLarge
from direct_upload.core.static_files import STATIC
from direct_upload.file_handlers import Download, File, Files
from direct_upload.handlers import NothingHere, Site
from direct_upload.hook_handlers import ReleaseHook
from direct_upload.identity import oidc_paths
from direct_upload.link_handlers import FileLink, FileLinks, FollowedLink
from direct_upload.openapi import document
from direct_upload.page_handlers import Assets, Page
from direct_upload.service_handlers import Alive, MetricsText, OpenApi, Ready
from direct_upload.sign_in_handlers import SessionState, SignedOut, SignIn, SignInCallback, SignOut
from direct_upload.upload_handlers import Completion, Renewal, SegmentSignatures, Upload, Uploads

ROUTES: tuple[tuple[str, type[RequestHandler]], ...] = (
    ("/api/uploads", Uploads),
    ("/api/uploads/batch", UploadBatches),
    ("/api/uploads/complete", CompleteBatches),
    ("/api/uploads/{id}", Upload),
    ("/api/uploads/{id}/renew", Renewal),
    ("/api/uploads/{id}/signatures", SegmentSignatures),
    ("/api/uploads/{id}/complete", Completion),
    ("/api/files", Files),
    ("/api/files/{id}", File),
    ("/api/files/{id}/links", FileLinks),
    ("/api/files/{id}/links/{link}", FileLink),
    ("/files/{id}", Download),
    ("/l/{link}", FollowedLink),
    ("/api/session", SessionState),
    (oidc_paths.SIGN_IN, SignIn),
    (oidc_paths.CALLBACK, SignInCallback),
    (oidc_paths.SIGN_OUT, SignOut),
    (oidc_paths.SIGNED_OUT, SignedOut),
    ("/api/hooks/release", ReleaseHook),
    ("/healthz", Alive),
    ("/readyz", Ready),
    ("/metrics", MetricsText),
    ("/openapi.json", OpenApi),
    ("/", Page),
)


def make_app(site: Site) -> Application:
    """The site as a Tornado application."""
    return Application(
        routes(site),
        default_handler_class=NothingHere,
        default_handler_args={"site": site},
        log_function=log_request,
    )


def routes(site: Site) -> list[Rule]:
    """All addresses of the site, below the prefix where it is mounted."""
    collaborators, prefix = {"site": site}, site.uploads.prefix
    described = {**collaborators, "document": json.dumps(document(ROUTES, prefix))}
    return [
        Rule(BodyOverLimit(prefix), BodyTooLarge, collaborators),
        *(
            Rule(_below(prefix, path), handler, described if handler is OpenApi else collaborators)
            for path, handler in ROUTES
        ),
        Rule(_below(prefix, r"/(assets/.+|direct-upload\.js)"), Assets, {"path": str(STATIC)}),
    ]


def _below(prefix: str, path: str) -> PathMatches:
    return PathMatches(re.escape(prefix) + re.sub(r"{\w+}", "([^/]+)", path))
