"""Reading and pressing tables, which Streamlit draws on a canvas: their words stand in a table for screen readers."""

from playwright.sync_api import Locator, Page

HEADER, ROW = 34, 58


def cells(page: Page, column: int, table: str = "queue-table") -> Locator:
    return page.locator(f'.st-key-{table} [data-testid^="glide-cell-{column}-"]')


def rows(page: Page, column: int, table: str = "queue-table") -> list[str]:
    """One column of the rows on the screen."""
    found = cells(page, column, table)
    found.first.wait_for(state="attached")
    return found.all_inner_texts()


def press(page: Page, row: int, table: str = "queue-table") -> None:
    """The button at the beginning of a row."""
    box = _canvas(page, table).bounding_box()
    assert box
    page.mouse.click(box["x"] + 40, box["y"] + HEADER + ROW * row + ROW / 2)


def _canvas(page: Page, table: str) -> Locator:
    canvas = page.locator(f'.st-key-{table} [data-testid="stDataFrame"]')
    canvas.scroll_into_view_if_needed()
    return canvas
