"""`python -m support.local run`: the desk on this machine.

`python -m support.local run --practice`: another one beside it, to learn and play on.
`python -m support.local exec flask doctor`: a command with the settings of that desk.
Exit code 2: it cannot be started as asked; 1: a part of it failed; 0: it was asked to stop.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from support.local import preparing, valkey
from support.local.running import Wish, bring_up, complain
from support.local.supervising import GaveUp, StopAsked, Supervisor
from support.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    asked = parser().parse_args(arguments)
    try:
        return execute(asked.command) if asked.what == "exec" else run(asked)
    except KeyboardInterrupt:
        return 0
    except (preparing.CannotStart, valkey.ValkeyError) as error:
        complain(str(error))
        return 2


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="support.local", description="The desk on this machine.")
    what = whole.add_subparsers(dest="what", required=True)
    runs = what.add_parser("run", help="start everything and stay until Ctrl-C")
    runs.add_argument("--posts", type=Path, help="a posts file to replay instead of the demo")
    runs.add_argument("--speed", type=positive, help="keep the posts' pace, so many times faster")
    runs.add_argument("--practice", action="store_true", help="a desk of its own to practise on")
    runs.add_argument("--with-parent", action="store_true", help="stop when the caller ends")
    executes = what.add_parser("exec", help="run a command with the settings of this desk")
    executes.add_argument("command", nargs=argparse.REMAINDER)
    return whole


def positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"SPEED must be a number above 0, not {text!r}")
    return number


def run(asked: argparse.Namespace) -> int:
    parent = os.getppid() if asked.with_parent else None
    given = preparing.for_practice(os.environ) if asked.practice else dict(os.environ)
    env = preparing.environment(given)
    settings = preparing.settings_from(env)
    wish = wish_of(asked, given)
    with closing(preparing.hold(settings.data_dir)) as lock:
        check(settings, wish)
        with Supervisor(sys.stdout, ROOT, env, [lock.fileno()], parent) as desk:
            code = stay(desk, settings, wish)
        valkey.leave(settings.data_dir)
    return code


def wish_of(asked: argparse.Namespace, given: Mapping[str, str]) -> Wish:
    own_sandbox = not preparing.is_set(given, "DESK_X_BASE_URL")
    if asked.posts and not own_sandbox:
        raise preparing.CannotStart("POSTS are replayed by the sandbox X: unset DESK_X_BASE_URL.")
    posts = asked.posts.absolute() if asked.posts else None
    own_valkey = not preparing.is_set(given, "DESK_REDIS_URL")
    return Wish(posts, asked.speed, own_valkey, own_sandbox)


def check(settings: Settings, wish: Wish) -> None:
    if wish.posts:
        preparing.check_posts(wish.posts)
    preparing.check_port(settings.host, settings.port, "DESK_PORT")
    if wish.own_sandbox:
        preparing.check_port("127.0.0.1", settings.sandbox_port, "DESK_SANDBOX_PORT")
    if not wish.own_valkey:
        preparing.check_redis(settings.redis_url)


def stay(desk: Supervisor, settings: Settings, wish: Wish) -> int:
    try:
        bring_up(desk, settings, wish)
        desk.forever()
    except StopAsked:
        desk.say("stopping …")
    except GaveUp as error:
        desk.say(str(error))
        return 1
    return 0


def execute(command: list[str]) -> int:
    """Becomes the command; programs of .venv are found by their bare names."""
    if not command:
        complain("Name a command: python -m support.local exec flask doctor")
        return 2
    env = preparing.environment(os.environ)
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", os.defpath)])
    try:
        os.execvpe(command[0], command, env)  # noqa: S606 (a shell would only be in between)
    except OSError as error:
        complain(f"{command[0]} cannot be started: {error.strerror}.")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
