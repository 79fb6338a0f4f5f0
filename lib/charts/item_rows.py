"""Where each item's row of the heat map stands, in pixels from the top: item 9 apart from the others."""

from dataclasses import dataclass

from lib.clinical.instruments import GAD7, ITEM_9, PHQ9, Instrument

ROW_PX, HEADER_PX, GAP_PX, ITEM_9_GAP_PX = 22, 22, 16, 8


@dataclass(frozen=True)
class Block:
    """The rows of one instrument; tops in the order of its items."""

    instrument: Instrument
    header: float
    tops: tuple[float, ...]

    @property
    def bottom(self) -> float:
        return self.tops[-1] + ROW_PX


def _stack(instrument: Instrument, top: float) -> Block:
    tops = []
    y = top + HEADER_PX
    for item in range(instrument.n_items):
        y += ITEM_9_GAP_PX if is_item_9(instrument, item) else 0
        tops.append(y)
        y += ROW_PX
    return Block(instrument, top, tuple(tops))


def is_item_9(instrument: Instrument, item: int) -> bool:
    return instrument is PHQ9 and item == ITEM_9


PHQ9_BLOCK = _stack(PHQ9, 0)
GAD7_BLOCK = _stack(GAD7, PHQ9_BLOCK.bottom + GAP_PX)
BLOCKS = (PHQ9_BLOCK, GAD7_BLOCK)
# Room for the frame around the last row.
PLOT_PX = GAD7_BLOCK.bottom + 3
