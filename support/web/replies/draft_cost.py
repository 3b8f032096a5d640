"""What a URL in a draft costs: X bills a post with one many times dearer, bare domains too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask

from support.desk import the_desk
from support.web.language import now
from support.web.replies.composer import Preview
from support.x.pricing import DM_SEND, PriceList, kind_of_post
from support.x.text import url_spans


@dataclass(frozen=True)
class UrlCost:
    """What the draft holds and costs; `plain` is what it would cost without its URLs."""

    urls: list[str]
    micros: int
    plain: int
    as_of: date
    """The day of the price list."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["url_cost"] = url_cost


def url_cost(preview: Preview) -> UrlCost | None:
    """None where no part of the draft holds a URL, or where it costs nothing more: in a DM."""
    if preview.private:
        return None
    texts = [f"{part.text} {part.signature}" for part in preview.parts]
    urls = [text[start:end] for text in texts for start, end in url_spans(text)]
    if not urls:
        return None
    plain = price_of([""] * len(texts), private=False)
    return UrlCost(urls, price_of(texts, private=False), plain, _prices().as_of)


def price_of(texts: Sequence[str], *, private: bool) -> int:
    """What X asks for sending these, in millionths of a dollar."""
    prices = _prices()
    if private:
        return prices.micros[DM_SEND] * len(texts)
    kinds = (kind_of_post(text, summoned=n == 0) for n, text in enumerate(texts))
    return sum(prices.micros[kind] for kind in kinds)


def _prices() -> PriceList:
    return the_desk().prices.on(now().date())
