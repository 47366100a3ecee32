"""A site in Tornado, with one picture for each person, and the whole upload page below /uploads."""

import argparse
import asyncio
import secrets
from pathlib import Path

from tornado.web import Application, RequestHandler

from direct_upload.embedding.ready import ready_settings
from direct_upload.embedding.tornado import TornadoUploads


def person_of(handler):
    """Who asks, by the site's own cookie; the uploads ask this too."""
    cookie = handler.get_signed_cookie("person")
    return cookie.decode() if cookie else None


class Page(RequestHandler):
    def get(self):
        self.render("page.html", person=person_of(self))


class SignIn(RequestHandler):
    def post(self):
        self.set_signed_cookie("person", self.get_body_argument("person"), httponly=True, samesite="Lax")
        self.redirect("/", status=303)


async def serve(settings, port):
    # This is the embedding: where, and who people are.
    uploads = TornadoUploads(settings, "/uploads", who=person_of)
    app = Application(
        [*uploads.routes, ("/", Page), ("/sign-in", SignIn)],
        template_path=str(Path(__file__).parent),
        cookie_secret=secrets.token_hex(),
    )
    app.listen(port, "localhost")
    async with uploads:
        await asyncio.Event().wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8830)
    port = parser.parse_args().port
    with ready_settings(port=port) as settings:
        asyncio.run(serve(settings, port))


if __name__ == "__main__":
    main()
