"""`python -m support.sandbox --data FILE --port N`: the local X in its own process."""

import argparse
import logging
import signal
import socket
import sys
import threading
from types import FrameType

from werkzeug.serving import BaseWSGIServer

from support.sandbox.app import create_sandbox
from support.sandbox.serving import server_for
from support.sandbox.store import StoreError


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    # One line a request is noise beside the desk's own log.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    try:
        app = create_sandbox(
            options.data, limits=options.limits, handle=options.handle, name=options.name
        )
    except StoreError as error:
        return _give_up(str(error))
    try:
        # Bound here, since werkzeug answers a taken port with lines of its own.
        listening = socket.create_server((options.host, options.port), backlog=128)
    except (OSError, OverflowError) as error:
        return _give_up(
            f"The sandbox cannot listen on {options.host}:{options.port} ({error});"
            " stop what uses the port or choose another with --port."
        )
    port = listening.getsockname()[1]
    server = server_for(app, options.host, port, fd=listening.fileno())
    print(f"sandbox X: http://{options.host}:{port}/  (data in {options.data})", flush=True)
    _serve(server)
    listening.close()
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m support.sandbox", description=__doc__)
    parser.add_argument(
        "--data", required=True, metavar="FILE", help="SQLite file, made where missing"
    )
    parser.add_argument("--port", type=int, default=8010, help="default 8010; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1")
    parser.add_argument(
        "--limits", type=float, default=1.0, help="multiplies X's rate limits; default 1"
    )
    parser.add_argument("--handle", default="hikari_care", help="the desk's account")
    parser.add_argument("--name", default="ひかりケア", help="its name")
    return parser.parse_args(arguments)


def _give_up(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _serve(server: BaseWSGIServer) -> None:
    """Serve until SIGTERM or Ctrl-C."""

    def stop(number: int, frame: FrameType | None) -> None:
        # shutdown() waits for the loop this very thread runs, so another thread has to call it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    sys.exit(main())
