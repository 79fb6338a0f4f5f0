"""Where bands and the flows between them stand on the sheet of the severity flow, in pixels from its floor."""

from dataclasses import dataclass

from lib.clinical.severity_flow import Link, Node, SeverityFlow

GAP_PX, LEAST_PX = 9, 3


@dataclass(frozen=True)
class Box:
    """A band at a stage. px: a person's height is `Places.px`, but a hidden band has a height that tells nothing."""

    top: float
    height: float
    is_hidden: bool

    @property
    def middle(self) -> float:
        return self.top - self.height / 2


@dataclass(frozen=True)
class Ribbon:
    """From a band to a band: the upper edge at both ends, and how thick it is."""

    link: Link
    n: int
    top_from: float
    top_to: float
    thick: float


@dataclass(frozen=True)
class Places:
    """limit: of small cells, which are folded: their people are in the boxes, and no ribbon leaves for them."""

    boxes: dict[Node, Box]
    ribbons: list[Ribbon]
    n_folded: int


def place_flow(flow: SeverityFlow, limit: int, height_px: float) -> Places:
    """Fixed order in every stage, the most severe on top, ribbons in that order too, so that none crosses without need."""
    hidden_nodes, hidden_links = flow.find_hidden(limit)
    n_gaps = len(flow.order) - 1
    # Room for hidden bands, which are drawn higher than they may be.
    px = (height_px - n_gaps * GAP_PX) / max(flow.total + (limit + 1) * _most_hidden(flow, hidden_nodes), 1)
    boxes: dict[Node, Box] = {}
    for stage in range(len(flow.stages)):
        top = height_px
        for band in flow.order:
            is_hidden = (stage, band) in hidden_nodes
            people = (
                _unscaled(flow, (stage, band), hidden_links, limit) if is_hidden else flow.count(stage, band)
            )
            height = max(people * px, LEAST_PX) if people else 0
            boxes[stage, band] = Box(top, height, is_hidden)
            top -= height + GAP_PX
    shown = {link: n for link, n in flow.links.items() if n and link not in hidden_links}
    return Places(
        boxes, _place_ribbons(flow, shown, boxes, px), sum(flow.links[link] for link in hidden_links)
    )


def _most_hidden(flow: SeverityFlow, hidden: set[Node]) -> int:
    return max(sum(at == stage for at, _ in hidden) for stage in range(len(flow.stages)))


def _unscaled(flow: SeverityFlow, node: Node, hidden_links: set[Link], limit: int) -> int:
    """The height of a hidden band: what is shown of it elsewhere, and no less than the limit."""
    stage, band = node
    shown = [link for link in flow.links if link not in hidden_links]
    left = sum(flow.links[link] for link in shown if link[:2] == node)
    reached = sum(flow.links[link] for link in shown if (link[0] + 1, link[2]) == (stage, band))
    return max(limit + 1, left, reached)


def _place_ribbons(
    flow: SeverityFlow, shown: dict[Link, int], boxes: dict[Node, Box], px: float
) -> list[Ribbon]:
    order = {band: place for place, band in enumerate(flow.order)}
    used_from, used_to = dict.fromkeys(boxes, 0.0), dict.fromkeys(boxes, 0.0)
    ribbons = []
    for link in sorted(shown, key=lambda link: (link[0], order[link[1]], order[link[2]])):
        stage, source, target = link
        left, right, thick = (stage, source), (stage + 1, target), shown[link] * px
        ribbons.append(
            Ribbon(
                link,
                shown[link],
                boxes[left].top - used_from[left],
                boxes[right].top - used_to[right],
                thick,
            )
        )
        used_from[left] += thick
        used_to[right] += thick
    return ribbons
