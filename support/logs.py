"""Structured logs: one JSON line an event, with ids and never the text of a message."""

import logging
import sys

import structlog


def set_up_logs(level: str) -> None:
    """Every log line, ours and the libraries', goes to stderr as JSON."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(name)s %(message)s", force=True)
    for quiet in ("httpx", "httpcore", "werkzeug", "rq.worker", "alembic"):
        logging.getLogger(quiet).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
