"""A figure as a picture, drawn by a browser that runs without a window and reaches no network."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Lock
from typing import Any

import plotly.graph_objects as go

# Widths of a page, in the pixels that figures are laid out in: narrower, and words would lie on words.
NARROWEST, WIDEST = 800, 1150
_DOTS_A_PIXEL = 2.5
# A pack holds many pictures, each twice: as many dots as paper needs.
_DOTS_A_PIXEL_OF_MANY = 2.0
_SECONDS = 60
# A port that nobody listens at: the page and plotly's script are files, and all else stays unanswered.
_NOWHERE = "127.0.0.1:9"
# Each picture starts a browser; one at a time is what a small server can carry.
_one_at_a_time = Lock()


def draw_picture(figure: go.Figure, browser: str, width_to_height: float) -> bytes:
    """PNG of these proportions, as near as words stay legible. browser: the path of a Chromium or Chrome."""
    height = int(figure.layout.height)
    width = round(min(max(height * width_to_height, NARROWEST), WIDEST))
    options = {"format": "png", "width": width, "height": height, "scale": _DOTS_A_PIXEL}
    # Not above: while it is imported it reads the command line, and ends `import --watch --log FILE` as an option of its own.
    import kaleido

    with _one_at_a_time:
        return bytes(kaleido.calc_fig_sync(_plain(figure), opts=options, kopts=_how(browser)))


def draw_pictures(figures: Sequence[go.Figure], browser: str) -> list[bytes]:
    """PNG of each as it stands on the narrowest page, all by one browser; the same figures and browser give the same bytes."""
    # Streamlit may call from within a loop of its own.
    with _one_at_a_time, ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _draw_all(figures, browser)).result()


async def _draw_all(figures: Sequence[go.Figure], browser: str) -> list[bytes]:
    import kaleido

    drawn = []
    async with kaleido.Kaleido(**_how(browser)) as one:
        for figure in figures:
            options = {"format": "png", "width": NARROWEST, "height": int(figure.layout.height)}
            drawn.append(
                bytes(await one.calc_fig(_plain(figure), options | {"scale": _DOTS_A_PIXEL_OF_MANY}))
            )
    return drawn


def digest_figure(figure: go.Figure) -> str:
    """SHA-256 of what is drawn: of every number, word and colour, whichever browser draws it."""
    return sha256(go.Figure(_plain(figure), _validate=False).to_json(engine="json").encode()).hexdigest()


def _plain(figure: go.Figure) -> dict[str, Any]:
    """Without the template that plotly takes by default: Streamlit puts one of its own there, where it is imported."""
    whole = figure.to_dict()
    layout = {name: value for name, value in whole["layout"].items() if name != "template"}
    return {"data": whole["data"], "layout": layout | {"template": {}}}


def _how(browser: str) -> dict[str, Any]:
    return {"path": browser, "mathjax": False, "timeout": _SECONDS, "proxy_server": _NOWHERE}
