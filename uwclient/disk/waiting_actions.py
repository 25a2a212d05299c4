"""The actions that wait, in memory: one line of bytes each, as in the file.

An action becomes a `QueuedAction` only when somebody looks at it. So a burst of thousands costs the game no pass of
the garbage collector, which does not watch bytes, and a third of the memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import overload

from uwclient.disk.action_lines import encode_action, kind_of, parsed_action
from uwclient.models.player import QueuedAction


class WaitingActions(Sequence[QueuedAction]):
    """A queue of actions. One thread may append while another one looks and removes.

    Attributes:
        recovered_bytes: the size of the JSON of actions that were read from files, for who has read them.

    """

    def __init__(self, actions: Iterable[QueuedAction] = ()) -> None:
        self._contents: deque[bytes] = deque()
        self.recovered_bytes = 0
        self._tickets: dict[int, int] = {}  # by number, of the actions whose outcome the game waits for
        for action in actions:
            self.append(action.number, encode_action(action), action.ticket)

    def __len__(self) -> int:
        return len(self._contents)

    @overload
    def __getitem__(self, place: int) -> QueuedAction: ...

    @overload
    def __getitem__(self, place: slice) -> list[QueuedAction]: ...

    def __getitem__(self, place: int | slice) -> QueuedAction | list[QueuedAction]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return self._opened(self._contents[place])

    def __iter__(self) -> Iterator[QueuedAction]:
        """The actions that wait now; not those that are appended meanwhile."""
        return map(self._opened, tuple(self._contents))

    def of_kinds(self, kinds: Collection[str], throttle: Callable[[], None]) -> Iterator[QueuedAction]:
        """The actions of these kinds; others may be appended meanwhile."""
        wanted = {kind.encode() for kind in kinds}
        for place in range(len(self._contents)):  # by index instead of an iterator, because the game may append
            content = self._contents[place]
            if kind_of(content) in wanted:
                yield self._opened(content)
            throttle()

    def append(self, number: int, content: bytes, ticket: int = 0) -> None:
        """Append an action, which is given as `encode_action` encodes it."""
        if ticket:
            self._tickets[number] = ticket
        self._contents.append(content)

    def popleft(self) -> QueuedAction:
        """Remove and return the first action."""
        action = self._opened(self._contents.popleft())
        self._tickets.pop(action.number, None)
        return action

    def _opened(self, content: bytes) -> QueuedAction:
        action = parsed_action(content)
        ticket = self._tickets.get(action.number)
        return action if ticket is None else action._replace(ticket=ticket)
