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
    page.mouse.click(*middle_of(page, row, table))


def middle_of(page: Page, row: int, table: str = "queue-table") -> tuple[float, float]:
    """Where the button of a row is."""
    canvas = page.locator(f'.st-key-{table} [data-testid="stDataFrame"]')
    box = canvas.bounding_box()
    assert box
    return box["x"] + 40, box["y"] + HEADER + ROW * row + ROW / 2
