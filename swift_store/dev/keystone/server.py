"""Keystone's process: serves the folder of its first argument, announces its port, ends with standard input.

Runs in Keystone's own virtual environment.
"""

import os
import socketserver
import sys
import threading
import warnings
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 100


class _Handler(WSGIRequestHandler):
    timeout = 30

    def log_message(self, *_: object) -> None:
        """Keystone has a log of its own."""


def main() -> None:
    """Serve until standard input ends."""
    # Keystone takes what is left of the command line for its own.
    os.environ["OS_KEYSTONE_CONFIG_DIR"] = sys.argv.pop()
    warnings.simplefilter("ignore")
    from keystone.wsgi import api  # type: ignore[import-not-found] # noqa: PLC0415 - importing it starts it

    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.set_app(api.application)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        sys.stdin.buffer.read()
        # Not by the end of the interpreter, which would wait for what Keystone's libraries still run.
        os._exit(0)


if __name__ == "__main__":
    main()
