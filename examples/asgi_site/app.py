"""A site in Starlette on uvicorn, with a person's files on a page. Sign in under any name."""

import argparse
import secrets
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from direct_upload.embedding.asgi import AsgiUploads
from direct_upload.embedding.ready import ready_settings

PAGES = Jinja2Templates(Path(__file__).parent)


def make_app(uploads):
    """The site, with UPLOADS below /uploads."""
    service = uploads.service

    # This is the embedding: what is asked for below the prefix is answered as to the person of the session.
    async def upload(request):
        return uploads.for_person(request.session.get("person"))

    async def page(request):
        person = request.session.get("person")
        files = (await service.files(service.owner_of(person))).files if person else []
        return PAGES.TemplateResponse(request, "page.html", {"person": person, "files": files})

    async def sign_in(request):
        request.session["person"] = parse_qs((await request.body()).decode())["person"][0]
        return RedirectResponse("/", 303)

    @asynccontextmanager
    async def lifespan(_app):
        async with uploads:
            yield

    return Starlette(
        routes=[
            Route("/uploads/{_:path}", upload, methods=uploads.METHODS),
            Route("/", page),
            Route("/sign-in", sign_in, methods=["POST"]),
        ],
        middleware=[Middleware(SessionMiddleware, secret_key=secrets.token_hex())],
        lifespan=lifespan,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8820)
    port = parser.parse_args().port
    with ready_settings(port=port) as settings:
        uvicorn.run(make_app(AsgiUploads(settings, "/uploads")), port=port)


if __name__ == "__main__":
    main()
