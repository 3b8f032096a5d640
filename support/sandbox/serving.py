"""The sandbox's HTTP server: threads, and connections that stay open as X's do."""

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class KeepAlive(WSGIRequestHandler):
    """HTTP/1.1: a client need not connect anew for every call."""

    protocol_version = "HTTP/1.1"


def server_for(
    app: Flask, host: str = "127.0.0.1", port: int = 0, fd: int | None = None
) -> BaseWSGIServer:
    """A server that serves once told to; `port` 0 takes a free one."""
    return make_server(host, port, app, threaded=True, request_handler=KeepAlive, fd=fd)
