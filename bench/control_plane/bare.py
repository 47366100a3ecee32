"""The ceiling: a Tornado handler that signs a TempURL and does nothing else. Argument: the port."""

import asyncio
import hmac
import json
import secrets
import sys
import time

from tornado.web import Application, RequestHandler

_KEY = secrets.token_bytes(32)
_LIFETIME_SECONDS = 900
_CONTAINER = "/v1/AUTH_bench/direct-upload"


class Sign(RequestHandler):
    """Answers with a signature for one upload's segments."""

    def post(self) -> None:
        wish = json.loads(self.request.body)
        prefix = f"segments/{secrets.token_hex(16)}/"
        expires_at = int(time.time()) + _LIFETIME_SECONDS
        message = f"PUT\n{expires_at}\nprefix:{_CONTAINER}/{prefix}".encode()
        signature = hmac.digest(_KEY, message, "sha256").hex()
        query = f"temp_url_sig={signature}&temp_url_expires={expires_at}&temp_url_prefix={prefix}"
        self.set_status(201)
        self.write({"name": wish["name"], "url": f"{_CONTAINER}/{prefix}", "query": query})

    def get(self) -> None:
        self.finish("ready")


async def _serve(port: int) -> None:
    Application([("/", Sign)], log_function=lambda _handler: None).listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
