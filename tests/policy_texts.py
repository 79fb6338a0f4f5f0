"""Policy files as they may lie in a store: the shipped one, and others made from its text."""

from pathlib import Path

SHIPPED = (Path(__file__).resolve().parents[1] / "data" / "policy.toml").read_text("utf-8")
OWN_GAP = 'gap_days = {value = 60, tag = "default", source = "ours: the clinic\'s own"}  # agreed on 3 March'


def without_table(name: str, text: str = SHIPPED) -> str:
    start = text.index(f"[{name}]\n")
    end = text.find("\n[", start)
    return text[:start] + ("" if end < 0 else text[end + 1 :])


def without_key(table: str, key: str, text: str = SHIPPED) -> str:
    head, header, tail = text.partition(f"[{table}]\n")
    lines = tail.splitlines(keepends=True)
    lines.remove(next(line for line in lines if line.startswith(f"{key} = ")))
    return head + header + "".join(lines)


def of_the_clinic(text: str = SHIPPED) -> str:
    """With a number, a source and a remark of its own."""
    (line,) = [line for line in text.splitlines() if line.startswith("gap_days")]
    return "# Ours, not theirs\n" + text.replace(line, OWN_GAP)
