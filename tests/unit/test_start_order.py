"""Records in the order of their starts, against a list that is sorted each time."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from uwclient.models.content import Record
from uwclient.rules.start_order import FEW, StartOrder

IDS = st.integers(0, 12).map(str)


def record_of(record_id: str, start: int, place: float) -> Record:
    record = Record(id=record_id, start_at=datetime.fromtimestamp(start, UTC))
    object.__setattr__(record, "place", place)
    return record


class OrderAgainstSorting(RuleBasedStateMachine):
    """What is listed is what sorting says, however much has changed since somebody looked."""

    def __init__(self) -> None:
        super().__init__()
        self.order: StartOrder[Record] = StartOrder()
        self.model: dict[str, Record] = {}
        self.put_count = 0

    @rule(record_id=IDS, start=st.integers(0, 5))
    def put(self, record_id: str, start: int) -> None:
        self.put_count += 1  # a place is one record's
        self.model[record_id] = record_of(record_id, start, -self.put_count)
        self.order.put(self.model[record_id])

    @rule(start=st.integers(0, 5))
    def put_many(self, start: int) -> None:
        for number in range(FEW + 1):
            self.put(f"many {number}", start)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        record_id = data.draw(st.sampled_from(sorted(self.model)))
        self.order.remove(record_id)
        del self.model[record_id]

    @rule()
    def look(self) -> None:
        expected = sorted(self.model.values(), key=lambda record: (record.starts, record.place))
        assert list(map(id, self.order.listed)) == list(map(id, expected))

    @invariant()
    def knows_each_record(self) -> None:
        assert len(self.order) == len(self.model)
        assert all(self.order.get(one) is self.model.get(one) for one in ("0", "5", "many 3"))
        assert ("5" in self.order) is ("5" in self.model)


TestOrderAgainstSorting = OrderAgainstSorting.TestCase
