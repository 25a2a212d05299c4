from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from uwclient.disk.lru_index import LruIndex

names = st.sampled_from("abcdefgh")


class ShelfBesideAPlainList(RuleBasedStateMachine):
    """A shelf, and a list of names and sizes in the order of their use."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = LruIndex()
        self.model: list[tuple[str, int]] = []

    def _without(self, name: str) -> list[tuple[str, int]]:
        return [entry for entry in self.model if entry[0] != name]

    @rule(name=names, size=st.integers(0, 100))
    def put(self, name: str, size: int) -> None:
        self.shelf.put(name, size)
        self.model = [*self._without(name), (name, size)]

    @rule(name=names)
    def drop(self, name: str) -> None:
        self.shelf.drop(name)
        self.model = self._without(name)

    @rule(limit=st.integers(0, 300), most=st.integers(0, 8))
    def take(self, limit: int, most: int) -> None:
        taken = []
        while (name := self.shelf.pop_excess(limit, most)) is not None:
            taken.append(name)
        expected = []
        while self.model and (sum(size for _, size in self.model) > limit or len(self.model) > most):
            expected.append(self.model.pop(0)[0])
        assert taken == expected

    @invariant()
    def holds_the_same(self) -> None:
        assert self.shelf.total == sum(size for _, size in self.model)

    def teardown(self) -> None:
        self.take(limit=0, most=0)
        assert self.model == []


TestShelf = ShelfBesideAPlainList.TestCase
