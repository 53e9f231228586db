"""Shows a folder on this machine, compressed as a host of static sites would do."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = "127.0.0.1"  # nobody else is let in
mimetypes.add_type("text/javascript", ".js")  # Windows may say otherwise
mimetypes.add_type("text/javascript", ".mjs")
PORT = 8000  # if it is free: what a browser keeps of a page goes by it


class Handler(SimpleHTTPRequestHandler):
    """Answers with the compressed file that lies beside a file, if there is one."""

    protocol_version = "HTTP/1.1"
    compressed = False

    def handle(self) -> None:
        """Answer until the browser goes away, which is no error."""
        with suppress(ConnectionError):
            super().handle()

    def send_head(self) -> Any:
        """Send the headers, and return the file to be sent."""
        path, mark, query = self.path.partition("?")
        self.path = path + "index.html" * path.endswith("/") + mark + query
        self.compressed = False
        there = os.path.isfile(self.translate_path(self.path) + ".gz")
        self.compressed = there and "gzip" in self.headers.get("Accept-Encoding", "")
        return super().send_head()

    def translate_path(self, path: str) -> str:
        """Return the file for a path."""
        return super().translate_path(path) + ".gz" * self.compressed

    def guess_type(self, path: Any) -> str:
        """Return what kind of file it is, compressed or not."""
        return mimetypes.guess_type(path)[0] or "application/octet-stream"

    def end_headers(self) -> None:
        """Add what every answer says."""
        if self.compressed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "no-cache")  # but asked whether it changed
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def serve(folder: Path, say: Callable[[str], None]) -> None:
    """Show a folder to browsers of this machine until Ctrl-C.

    Args:
        folder: The folder.
        say: Is told the address, once it can be opened.
    """
    handler = partial(Handler, directory=os.fspath(folder))
    try:
        server = ThreadingHTTPServer((HERE, PORT), handler)
    except OSError:  # somebody else has it
        server = ThreadingHTTPServer((HERE, 0), handler)
    with server, suppress(KeyboardInterrupt):
        say(f"http://localhost:{server.server_port}/")
        server.serve_forever()
