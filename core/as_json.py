"""Blocks as JSON: the shapes that `docs/data.md` promises to other programs."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from core.blocks import Block, Cell, Chart, Facts, Proof, Prose, Report, Section, Table, Value


def dump(report: Report) -> bytes:
    """Return the report as UTF-8 JSON, the same bytes for the same report."""
    return (json.dumps(report_json(report), ensure_ascii=False, indent=1) + "\n").encode()


def report_json(report: Report) -> dict[str, Any]:
    return {
        "programme": report.programme,
        "workstream": report.workstream,
        "period": report.period,
        "edition": report.edition,
        "as_at": report.as_at.isoformat(),
        "layout": report.layout,
        "reading": report.reading,
        "override": report.override or None,
        "held_by": list(report.held_by),
        "remarks": list(report.remarks),
        "proof": _proof(report.proof) if report.proof else None,
        "sections": [section_json(section) for section in report.sections],
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {"entry": proof.entry, "hash": proof.hash, "digest": proof.digest or None}


def section_json(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "as_at": section.as_at.isoformat() if section.as_at else None,
        "caveat": section.caveat or None,
        "blocks": [block_json(block) for block in section.blocks],
    }


def block_json(block: Block) -> dict[str, Any]:
    match block:
        case Table():
            return _table(block)
        case Facts():
            return _facts(block)
        case Prose():
            return _prose(block)
        case Chart():
            return _chart(block)


def _table(table: Table) -> dict[str, Any]:
    return {
        "type": "table",
        "key": table.key,
        "caption": table.caption,
        "columns": [{"key": c.key, "label": c.label, "kind": c.kind, "bands": list(c.bands)} for c in table.columns],
        "groups": [{"key": g.key, "label": g.label, "bands": list(g.bands)} for g in table.groups if g.label],
        "rows": [
            {
                "key": row.key,
                "group": group.key if group and group.label else None,
                "role": row.role,
                "cells": {key: _cell(cell) for key, cell in row.cells.items()},
            }
            for group, row in table.lines()
        ],
        "notes": list(table.notes),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    out: dict[str, Any] = {"value": _plain(cell.value)}
    if cell.text:
        out["text"] = cell.text
    if cell.level:
        out["level"] = {"code": cell.level.code, "letter": cell.level.letter, "word": cell.level.word}
    if cell.parts:
        out["parts"] = [part.text for part in cell.parts]
    if cell.sense:
        out["sense"] = cell.sense
    if cell.notes:
        out["notes"] = list(cell.notes)
    return out


def _plain(value: Value) -> str | int | None:
    match value:
        case Decimal():
            return f"{value:f}"  # never with an exponent
        case dt.date():
            return value.isoformat()
        case _:
            return value


def _facts(block: Facts) -> dict[str, Any]:
    return {
        "type": "facts",
        "key": block.key,
        "caption": block.caption,
        "facts": [
            {"key": f.key, "label": f.label, "kind": f.kind, **_cell(f.cell), "note": f.note or None}
            for f in block.facts
        ],
    }


def _prose(block: Prose) -> dict[str, Any]:
    return {
        "type": "prose",
        "key": block.key,
        "caption": block.caption,
        "second_label": block.second_label or None,
        "entries": [
            {
                "key": entry.key,
                "about": entry.about or None,
                "heading": entry.heading or None,
                "text": entry.text,
                "second": entry.second or None,
                "on": entry.on or None,
                "tags": list(entry.tags),
                "level": entry.level,
                "reading": entry.reading,
            }
            for entry in block.entries
        ],
    }


def _chart(block: Chart) -> dict[str, Any]:
    return {
        "type": "chart",
        "key": block.key,
        "caption": block.caption,
        "unit": block.unit,
        "bars": [
            {
                "key": bar.key,
                "label": bar.label,
                "segments": [{"label": s.label, "value": _plain(s.value)} for s in bar.segments],
            }
            for bar in block.bars
        ],
    }
