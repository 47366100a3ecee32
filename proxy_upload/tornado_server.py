"""`python -m proxy_upload.tornado_server --listener FD`: the streaming way on Tornado, for `--worker
tornado`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys

import click
import tornado.process
from tornado.httpserver import HTTPServer
from tornado.tcpclient import TCPClient
from tornado.web import Application

from proxy_upload import parent_death, tornado_handlers
from proxy_upload.settings import STREAM_PIECE_BYTES, ProxySettings, from_environ
from proxy_upload.site import Site, make_site
from proxy_upload.tornado_stream import Upload
from swift_store.settings import Settings

_log = logging.getLogger("proxy_upload")


def make_tornado_app(site: Site) -> Application:
    """The route table."""
    collaborators = {"site": site}
    return Application(
        [
            ("/upload", Upload, collaborators),
            ("/ping", tornado_handlers.Ping, collaborators),
            ("/", tornado_handlers.Page, collaborators),
            ("/static/([^/]+)", tornado_handlers.Static, collaborators),
            ("/files", tornado_handlers.Files, collaborators),
            ("/files/([^/]+)", tornado_handlers.Download, collaborators),
            ("/uploads/([^/]+)", tornado_handlers.Status, collaborators),
        ],
        default_handler_class=tornado_handlers.NothingHere,
        default_handler_args=collaborators,
        log_function=lambda _handler: None,
        tcp=TCPClient(),
    )


@click.command()
@click.option("--listener", type=int, required=True, help="Descriptor of a listening socket.")
def main(listener: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    parent_death.stop_with_starter()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    settings, proxy = from_environ(os.environ)
    if proxy.workers > 1:
        first = os.getpid()
        tornado.process.fork_processes(proxy.workers)
        parent_death.stop_with(first)
    asyncio.run(_serve(settings, proxy, socket.socket(fileno=listener)))


async def _serve(settings: Settings, proxy: ProxySettings, listener: socket.socket) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    site = make_site(settings, proxy)
    listener.setblocking(False)  # noqa: FBT003 - the socket's own signature
    server = HTTPServer(
        make_tornado_app(site),
        chunk_size=STREAM_PIECE_BYTES,
        idle_connection_timeout=max(1, proxy.keepalive),
    )
    server.add_socket(listener)
    await stop.wait()
    server.stop()
    await server.close_all_connections()
    site.storage.close()


if __name__ == "__main__":
    sys.exit(main())
