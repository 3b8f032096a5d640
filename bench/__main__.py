"""`python -m bench`: everything in turn, at sizes that fit some minutes. Names leave others out.

`python -m bench ingest sending` runs these two. Each runs alone too, with options of its own:
`python -m bench.pages --help`.
"""

import sys
from importlib import import_module

BENCHES = {
    "business_time": [],
    "promises": [],
    "suggestions": [],
    "ingest": [],
    "webhook": [],
    "growth": [],
    "sending": [],
    "sweep": [],
    "alerts": [],
    "spikes": ["--days", "200", "--messages", "30000"],
    "pages": [],
    "search": ["--sizes", "1000", "10000"],
    "trouble": [],
    "reports": ["--messages", "10000", "100000"],
}
"""In this order, each with the options it gets here."""


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"usage: python -m bench [{' | '.join(BENCHES)}] …", file=sys.stderr)
        return 2
    for name in names or BENCHES:
        import_module(f"bench.{name}").main(BENCHES[name])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
