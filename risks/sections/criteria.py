"""What is printed with risks so that they can be read: the meaning of prospects and levels, prompts for members."""

from collections.abc import Mapping
from typing import Any

from core.blocks import Block, Cell, Column, Kind, Prose, ProseEntry, RowGroup, Table, TableRow
from programmes.month import Month
from risks.scheme import RULES


def key_of_prospects(month: Month) -> tuple[Block, ...]:
    """What each prospect of reaching the target means, by the scheme of the month."""
    rules = RULES.of(month.scheme)
    if rules is None or rules.prospects is None:
        return ()
    columns = (
        Column("prospects", "Prospects", Kind.TEXT, is_header=True),
        Column("mark", "Printed as", Kind.RATING),
        Column("meaning", "What it means", Kind.TEXT),
    )
    lines = tuple(
        TableRow(
            grade.code,
            {"prospects": Cell(grade.level.word), "mark": Cell.rated(grade.level), "meaning": Cell(grade.meaning)},
        )
        for grade in rules.prospects.grades
    )
    caption = "Key: prospects of reaching the target score by its date"
    return (Table("prospects_key", caption, columns, (RowGroup("", "", lines),)),)


def criteria(month: Month) -> tuple[Block, ...]:
    """By which criteria a risk stands on which register."""
    rules = RULES.of(month.scheme)
    if rules is None or not rules.levels:
        return ()
    columns = (
        Column("level", "Level", Kind.TEXT, is_header=True),
        Column("meaning", "A risk stands here if", Kind.TEXT),
    )
    lines = tuple(
        TableRow(level.code, {"level": Cell(level.label), "meaning": Cell(level.meaning)})
        for level in reversed([*rules.levels.values()])
    )
    return (Table("risk_levels", "Levels of risks, highest first", columns, (RowGroup("", "", lines),)),)


def prompts(month: Month, _options: Mapping[str, Any]) -> tuple[Block, ...]:
    """What members may ask about a risk, and what they may ask for."""
    rules = RULES.of(month.scheme)
    if rules is None:
        return ()
    found: list[Block] = []
    if rules.prompts:
        entries = tuple(ProseEntry(str(n), "", text) for n, text in enumerate(rules.prompts, 1))
        found.append(
            Prose("risk_prompts", "Questions that may help the discussion of a risk", entries, is_ordered=True)
        )
    if rules.advice:
        columns = (
            Column("action", "Suggested action", Kind.TEXT, is_header=True),
            Column("text", "What it means", Kind.TEXT),
        )
        lines = tuple(
            TableRow(str(n), {"action": Cell(each.title), "text": Cell(each.text)})
            for n, each in enumerate(rules.advice, 1)
        )
        caption = "Follow-up actions that members may ask for"
        found.append(Table("risk_actions", caption, columns, (RowGroup("", "", lines),)))
    return tuple(found)
