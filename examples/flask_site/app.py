"""A site in Flask, with uploads in a form. Sign in under any name."""

import argparse
import secrets

from flask import Flask, abort, redirect, render_template, request, session

from direct_upload.embedding.ready import ready_settings
from direct_upload.embedding.wsgi import WsgiUploads
from swift_store.errors import Problem


def make_app(uploads):
    """The site, with UPLOADS below /uploads."""
    app = Flask(__name__, template_folder=".")
    app.config.update(SECRET_KEY=secrets.token_bytes(), SESSION_COOKIE_SAMESITE="Lax")

    # This is the embedding: what is asked for below the prefix is answered as to the person of the session.
    @app.route("/uploads/<path:_>", methods=uploads.METHODS)
    def upload(_):
        return uploads.for_person(session.get("person"))

    @app.get("/")
    def report():
        return render_template("page.html", person=session.get("person"))

    @app.post("/sign-in")
    def sign_in():
        session["person"] = request.form["person"]
        return redirect("/")

    @app.post("/reports")
    def send_report():
        person = session.get("person") or abort(401)
        try:
            # Anybody can write any id into a form: only this person's own files are found.
            files = [uploads.find(person, file_id) for file_id in request.form.getlist("files")]
        except Problem as problem:
            abort(problem.status, problem.detail)
        return render_template("page.html", person=person, title=request.form["title"], files=files)

    return app


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8810)
    port = parser.parse_args().port
    with ready_settings(port=port) as settings:
        make_app(WsgiUploads(settings, "/uploads")).run(port=port)


if __name__ == "__main__":
    main()
