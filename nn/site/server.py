"""Shows a folder on this machine, compressed as a host of static sites would do."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = "127.0.0.1"  # nobody else is let in
FIRST = 8000  # port; browsers keep what a page has stored by it
KINDS = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm",
    ".whl": "application/zip",
}  # fmt: skip


class Handler(SimpleHTTPRequestHandler):
    """Answers with the compressed file that lies beside a file, if there is one."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | KINDS
    protocol_version = "HTTP/1.1"
    compressed = False

    def send_head(self) -> Any:
        """Send the headers, and return the file to be sent."""
        path, mark, query = self.path.partition("?")
        self.path = path + "index.html" * path.endswith("/") + mark + query
        self.compressed = False
        file = self.translate_path(self.path) + ".gz"
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        self.compressed = accepted and os.path.isfile(file)
        return super().send_head()

    def translate_path(self, path: str) -> str:
        """Return the file for a path."""
        return super().translate_path(path) + ".gz" * self.compressed

    def guess_type(self, path: Any) -> str:
        """Return what kind of file it is, compressed or not."""
        return super().guess_type(str(path).removesuffix(".gz"))

    def end_headers(self) -> None:
        """Add what every answer says."""
        if self.compressed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header(
            "Cache-Control", "no-cache"
        )  # asked each time whether it changed
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def serve(folder: Path, say: Callable[[str], None]) -> None:
    """Show a folder to browsers of this machine until Ctrl-C.

    Args:
        folder: The folder.
        say: Is told the address, once it can be opened.
    """
    handler = partial(Handler, directory=os.fspath(folder))
    with _listening(handler) as server, suppress(KeyboardInterrupt):
        say(f"http://localhost:{server.server_port}/")
        server.serve_forever()


def _listening(handler: Any) -> ThreadingHTTPServer:
    """Return a server at the first port that is free, or else at any."""
    for port in range(FIRST, FIRST + 20):
        with suppress(OSError):
            return ThreadingHTTPServer((HERE, port), handler)
    return ThreadingHTTPServer((HERE, 0), handler)
