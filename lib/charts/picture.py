"""A figure as a picture, drawn by a browser that runs without a window and reaches no network."""

from threading import Lock

import kaleido
import plotly.graph_objects as go

# Widths of a page, in the pixels that figures are laid out in: narrower, and words would lie on words.
NARROWEST, WIDEST = 800, 1150
_DOTS_A_PIXEL = 2.5
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
    with _one_at_a_time:
        return bytes(
            kaleido.calc_fig_sync(
                {"data": figure.to_dict()["data"], "layout": figure.to_dict()["layout"]},
                opts=options,
                kopts={"path": browser, "mathjax": False, "timeout": _SECONDS, "proxy_server": _NOWHERE},
            )
        )
