"""One customer, quickly: what a live endpoint is asked most. Answers as the long way does.

An Arrow table of one row costs more than the model. Here the cells of one row go straight into
a matrix that is used again and again; anything out of the ordinary is left to `Scoring`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from unchurn.artefacts import ROW, Column
from unchurn.modelling.drift.difference import blank_unseen, unseen
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.one_row import OneProbability, OneRow
from unchurn.modelling.scoring.cutpoints import BANDS, decile_cuts, share_cut
from unchurn.modelling.scoring.decisions import CONTACT, DO_NOT_CONTACT, MOST_WORTH, UNKNOWN
from unchurn.modelling.scoring.profit import expected_value, is_given, pays
from unchurn.serve import single_customer_cells as cells
from unchurn.serve.native_cells import cell_text
from unchurn.serve.payloads import Cell
from unchurn.serve.scoring import Scoring
from unchurn.serve.single_customer_cells import Reader, Unusual
from unchurn.tables.arrivals import Plan
from unchurn.tables.cells import missing_spellings
from unchurn.tables.id_writing import Written
from unchurn.tables.odd_ids import is_odd

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class _Matched:
    """Where each thing stands in a record of certain names."""

    features: tuple[tuple[str, Reader], ...]
    key: str | None
    value: tuple[str, Reader] | None
    snapshot: tuple[str, Reader] | None
    plan: Plan


class Quick:
    """Scores one record at a time, in one thread; `answer` is None where it will not.

    One for cells that carry their types and one for text: they read differently.
    """

    def __init__(self, scoring: Scoring, text: bool) -> None:
        self._typing, self._scorer = scoring.typing, scoring.scorer
        self._text, self._ranges = text, scoring.trained.ranges
        self._bulks = scoring.trained.bulks
        self._missing = missing_spellings(scoring.typing.missing)
        self._matched: dict[tuple[str, ...], _Matched] = {}
        live = self._scorer.live
        self._usable = live.encoder.categories == "native"
        parts = list(enumerate(live.encoder.parts))
        self._categories = [(n, each.name) for n, each in parts if each.is_category and each.values]
        self._filled = [n for n, each in parts if each.filled]
        columns, pairs = len(live.encoder.columns), live.encoder.pair_places
        self._row = OneRow(live.boosters, live.weights, columns, pairs)
        self._probability = OneProbability(live.calibrator)
        self._deciles = decile_cuts(self._scorer.stored).tolist()
        high, medium = self._scorer.bands
        self._high = share_cut(self._scorer.stored, high)
        self._medium = share_cut(self._scorer.stored, medium)
        # asked of every customer, and always the same
        self._key, self._run = self._scorer.key, self._scorer.run
        named = self._scorer.schema.with_role("id")
        self._id = named[0].name if named else ""
        self._written = Written.of(named[0].forms) if named else None
        clv = self._scorer.decision.clv
        self._worth = math.nan if isinstance(clv, str) else float(clv)
        self._decides = is_given(self._scorer.decision)

    def answer(self, record: Mapping[str, Cell]) -> tuple[dict[str, Any], Plan] | None:
        """Score one customer: the columns of the scores by name, and how headers matched."""
        names = tuple(record)
        try:
            matched = self._matched.get(names) or self._match(names)
            row = [read(record[name]) for name, read in matched.features]
            plan = self._noted(row, matched, record)
            return self._scored(row, record, matched), plan
        except Unusual:
            return None

    def _noted(self, row: list[float], matched: _Matched, record: Mapping[str, Cell]) -> Plan:
        """Say what training did not see, as the long way does; such a blank becomes usual."""
        plan = matched.plan
        odd = [(place, name) for place, name in self._categories if row[place] == 0.0]
        blank = [place for place in self._filled if row[place] != row[place]]
        if not odd and not blank:
            return plan
        parts = self._scorer.live.encoder.parts
        for place in blank:
            row[place] = parts[place].stand_in
        said = [unseen(name, 1, _shown(record[matched.features[place][0]])) for place, name in odd]
        said += [blank_unseen(parts[place], 1) for place in blank]
        return replace(plan, findings=(*said, *plan.findings))

    def _scored(
        self, row: list[float], record: Mapping[str, Cell], matched: _Matched
    ) -> dict[str, Any]:
        key = 1 if matched.key is None else self._id_of(record[matched.key])
        if key is None:  # a blank id is said
            raise Unusual
        chance = self._probability.of(self._row.margin(row))
        band = BANDS[0 if chance >= self._high else 1 if chance >= self._medium else 2]
        worth, decided = self._decided(chance, record, matched)
        made = {
            self._key: key,
            "probability": chance,
            "decile": 10 - bisect_right(self._deciles, chance),
            "band": band,
            "expected_value": worth,
            "decision": decided,
            "model_version": self._run.model_version,
        }
        if matched.snapshot:
            made["snapshot_date"] = _iso(matched.snapshot[1](record[matched.snapshot[0]]))
        if self._run.run_id:
            made["run_id"] = self._run.run_id
        return made

    def _id_of(self, cell: Cell) -> str | None:
        """Spell an id; None where it is blank. One of which something is said is unusual."""
        if isinstance(cell, bool):
            raise Unusual
        text = cell_text(cell)
        if text is None or text == "":
            return None
        if not text.isprintable() or text.isspace() or is_odd(text, self._id, self._written):
            raise Unusual
        return text

    def _decided(
        self, chance: float, record: Mapping[str, Cell], matched: _Matched
    ) -> tuple[float | None, str | None]:
        if not self._decides:
            return None, None
        value = matched.value[1](record[matched.value[0]]) if matched.value else self._worth
        worth = float(expected_value(np.float64(chance), value, self._scorer.decision))  # type: ignore[arg-type]
        if not math.isfinite(worth) or abs(value) > MOST_WORTH:
            return None, UNKNOWN
        return worth, CONTACT if pays(worth) else DO_NOT_CONTACT

    def _match(self, names: tuple[str, ...]) -> _Matched:
        if not self._usable or ROW in names or len(set(names)) < len(names):
            raise Unusual
        plan = self._typing.plan(names)
        headers = {
            column.name: header for column, header in zip(plan.columns, plan.headers, strict=True)
        }
        schema, clv = self._scorer.schema, self._scorer.decision.clv
        value = None
        if isinstance(clv, str):
            column = next((each for each in plan.columns if each.name == clv), None)
            if column is None:
                raise Unusual
            value = (headers[clv], self._number(column))
        snapshot = schema.snapshot if schema.snapshot in headers else None
        if len(self._matched) > 255:
            self._matched.clear()
        made = self._matched[names] = _Matched(
            self._features(self._scorer.live.encoder, headers),
            headers[schema.id] if schema.id else None,
            value,
            (headers[snapshot], self._day(schema.named(snapshot))) if snapshot else None,
            plan,
        )
        return made

    def _features(
        self, encoder: Encoder, headers: Mapping[str, str]
    ) -> tuple[tuple[str, Reader], ...]:
        made = []
        for part in encoder.parts:
            column = self._scorer.schema.named(part.name)
            if part.is_category:
                reader = cells.code(part, column, self._missing)
            else:
                is_date = part.kind == "date"
                reader = self._day(column) if is_date else self._number(column)
            reader = cells.filled(reader, part, encoder.missing == "impute")
            made.append((headers[part.name], reader))
        return tuple(made)

    def _day(self, column: Column) -> Reader:
        return cells.day(column, self._missing, self._ranges.get(column.name, cells.ENDLESS))

    def _number(self, column: Column) -> Reader:
        seen = self._ranges.get(column.name, cells.ENDLESS)
        bulk = self._bulks.get(column.name)
        if self._text:
            return cells.text_number(column, self._missing, seen, bulk)
        return cells.json_number(column, seen, bulk)


def _shown(cell: Cell) -> str:
    """Spell a category that training did not see, as a column of them would be spelled."""
    text = cell_text(cell)
    if text is None or isinstance(cell, bool) or text.startswith("="):
        raise Unusual
    return text.strip(" ")


def _iso(days: float) -> str | None:
    return None if days != days else date.fromordinal(int(days) + _EPOCH).isoformat()  # noqa: PLR0124
