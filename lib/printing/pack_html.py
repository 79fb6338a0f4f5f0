"""A pack as one HTML file that asks no other host for anything, and runs nothing."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape

from lib.printing.pack import RATE_HEADINGS, WHAT_SHA_SAYS, Pack, Picture, Rate

# The page may show its own pictures and its own style, and reach nothing.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """
body{font:15px/1.5 "Source Sans 3","Source Sans Pro",system-ui,sans-serif;color:#222;
max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.2rem;margin:2rem 0 .4rem;border-top:1px solid #b0b0b0;padding-top:.8rem}
h3{font-size:1rem;margin:1.2rem 0 .2rem}p{margin:.3rem 0}.mark{border:2px solid #222;padding:.15rem .6rem;font-weight:600}
.muted{color:#555}table{border-collapse:collapse;width:100%;font-size:.85rem}th,td{text-align:left;vertical-align:top;
padding:.3rem .5rem;border-bottom:1px solid #d0d3d7}th{color:#555;font-weight:400}td.rate{font-weight:600;white-space:nowrap}
figure{margin:1rem 0;break-inside:avoid}img{width:100%;max-width:800px}figcaption{font-size:.85rem;color:#555}
dl{display:grid;grid-template-columns:11rem 1fr;gap:.1rem 1rem;margin:.8rem 0}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
@media print{body{margin:0;max-width:none;font-size:11px}tr,li{break-inside:avoid}}
@media (max-width:40rem){dl{grid-template-columns:1fr}.wide{overflow-x:auto}}
""".strip()


def write_html(pack: Pack, drawn: Sequence[bytes]) -> bytes:
    """UTF-8. drawn: PNG of each picture, in their order."""
    body = "\n".join(_body(pack, drawn))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(pack.title)}, {escape(pack.period)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    ).encode()


def _body(pack: Pack, drawn: Sequence[bytes]) -> Iterable[str]:
    yield f"<h1>{escape(pack.title)}</h1>"
    yield f"<p>{escape(pack.period)}</p>"
    if pack.mark:
        yield f'<p><span class="mark">{escape(pack.mark)}</span></p>'
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in pack.about)
    yield f"<dl>{rows}</dl>"
    yield "<h2>Rates</h2>"
    yield _table(pack.rates)
    yield from _paragraphs(pack.sentences)
    yield "<h2>Safety</h2>"
    yield from _paragraphs(pack.safety)
    yield "<h2>Figures</h2>"
    for picture, png in zip(pack.pictures, drawn, strict=True):
        yield _figure(picture, png)
    yield "<h2>Definitions</h2>"
    for one in pack.definitions:
        yield f"<h3>{escape(one.title)}</h3>"
        yield from _paragraphs(one.lines)
    yield "<h2>What these numbers cannot say</h2>"
    yield f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in pack.caveats)}</ul>"
    yield f'<h2>Where it comes from</h2><p class="muted">{escape(WHAT_SHA_SAYS)}</p>'
    yield f'<p class="muted">{escape(pack.standing_line)}</p>'
    yield f'<p id="sha256">{pack.sha256}</p>'


def _paragraphs(lines: Iterable[str]) -> Iterable[str]:
    return (f"<p>{escape(line)}</p>" for line in lines)


def _table(rates: Sequence[Rate]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in RATE_HEADINGS)
    rows = "".join(_row(rate) for rate in rates)
    return f'<div class="wide"><table id="rates"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _row(rate: Rate) -> str:
    cells = [
        rate.instrument,
        rate.measure,
        rate.rate,
        rate.counts,
        rate.interval,
        rate.coverage,
        rate.bounds,
        rate.before,
    ]
    told = "".join(
        f"<td{' class=rate' if place == 2 else ''}>{escape(cell)}</td>" for place, cell in enumerate(cells)
    )
    return f"<tr>{told}</tr>"


def _figure(picture: Picture, png: bytes) -> str:
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    return (
        f'<figure><h3>{escape(picture.title)}</h3><img src="{source}" alt="{escape(picture.said)}">'
        f"<figcaption>{escape(picture.words)}</figcaption></figure>"
    )
