"""A model of journeys for tests: dictionaries and lists, and nothing of the sandbox (guide: Journeys and Odysseys).

A journey is a dictionary:

    id, entry: [RULE, …], exit: [segment, …], removes: "all" or [journey, …],
    again: bool, limit: int or None, cooldown: minutes, steps: [STEP, …]

A RULE is ("segments", [name, …]), ("event", name) or ("attribute", name, value). A STEP is

    id, type, after: [(step or None, outcome or None), …], and
    minutes or until: RULE (delay), on: RULE (branch), effects: [(effect, journey), …] (exit), waits: bool (content)

Times are minutes; what the model tells are the webhooks and the pushes, as tuples.
"""

from __future__ import annotations

from typing import Any

SEGMENTS = {"rich": "coins", "high": "level"}
"""The segments: whose attribute of that name is 1."""
SHOWN = ("message", "offer", "campaign_event")

Dict = dict[str, Any]


class Model:
    """One player."""

    def __init__(self, journeys: list[Dict]) -> None:
        self.journeys = {one["id"]: one for one in journeys}
        self.now = 0
        self.action: tuple[Any, ...] | None = None
        self.attributes: dict[str, int] = {}
        self.odysseys: list[Dict] = []
        self.agenda: list[tuple[int, int, str, Any]] = []
        self.scheduled = 0
        self.told: list[tuple[Any, ...]] = []

    # What a test does.

    def visit(self) -> None:
        self.happens(None)

    def set(self, name: str, value: int) -> None:
        self.attributes[name] = value
        self.happens(("attribute", name, value))

    def event(self, name: str) -> None:
        self.happens(("event", name))

    def show(self, types: list[str]) -> None:
        """All content of some types that stands ready is received."""
        for odyssey, leg in self.active():
            if self.step(odyssey, leg)["type"] in types and leg["seen"] is None and leg["end"] is None:
                leg["seen"] = self.now
                self.run(self.leave_content(odyssey, leg, ()))

    def outcome(self, kind: str, key: str) -> None:
        arrivals = []
        for odyssey, leg in self.active():
            step = self.step(odyssey, leg)
            if step.get("waits") and step["type"] == kind and leg["outcome"] is None and self.ways(odyssey, leg, key):
                leg["outcome"] = key
                arrivals += self.leave_content(odyssey, leg, ())
        self.run(arrivals)

    def wait(self, minutes: int) -> None:
        """Time passes, from one thing that is due to the next."""
        end = self.now + minutes
        while self.agenda and min(self.agenda)[0] <= end:
            entry = min(self.agenda)
            self.agenda.remove(entry)
            self.now, _, what, about = entry
            if what == "again":
                self.enter_if_allowed(self.journeys[about], None)
                continue
            odyssey, leg = self.odysseys[about[0]], self.odysseys[about[0]]["legs"][about[1]]
            if odyssey["end"] is None and leg["end"] is None:
                is_delay = self.step(odyssey, leg)["type"] == "delay"
                self.run(self.leave(odyssey, leg, self.ways(odyssey, leg, None) if is_delay else [], ()))
        self.now = end

    # The rules.

    def happens(self, action: tuple[Any, ...] | None) -> None:
        self.action = action
        waiting = list(self.active())
        for odyssey in list(self.odysseys):
            if odyssey["end"] is None and self.is_in(self.journeys[odyssey["journey"]]["exit"]):
                self.exit(odyssey, "completed_due_to_segment_entry")
        for odyssey in self.odysseys:
            if odyssey["end"] is None and action is not None:
                odyssey["done"].append(action)
        for odyssey, leg in waiting:
            step = self.step(odyssey, leg)
            if leg["end"] is None and action is not None and step.get("until") == action:
                self.run(self.leave(odyssey, leg, self.ways(odyssey, leg, None), ()))
        for journey in self.journeys.values():
            self.enter_if_allowed(journey, action)
        self.action = None

    def enter_if_allowed(self, journey: Dict, action: tuple[Any, ...] | None) -> None:
        holds = [self.is_in(rule[1]) if rule[0] == "segments" else rule == action for rule in journey["entry"]]
        if holds and all(holds) and self.may_enter(journey):
            self.run(self.enter(journey, action, ()))

    def may_enter(self, journey: Dict) -> bool:
        before = [one for one in self.odysseys if one["journey"] == journey["id"]]
        if not before:
            return True
        if not journey["again"] or any(one["end"] is None for one in before):
            return False
        if journey["limit"] is not None and len(before) - 1 >= journey["limit"]:
            return False
        return bool(self.now >= max(one["end"] for one in before) + journey["cooldown"])

    def enter(self, journey: Dict, action: tuple[Any, ...] | None, trail: tuple[Any, ...]) -> list[Any]:
        for other in self.odysseys:
            is_meant = journey["removes"] == "all" or other["journey"] in journey["removes"]
            if is_meant and other["end"] is None and other["journey"] != journey["id"]:
                self.exit(other, "completed_due_to_segment_entry")
        done = [] if action is None else [action]
        odyssey = {"number": len(self.odysseys), "journey": journey["id"], "legs": [], "end": None, "done": done}
        self.odysseys.append(odyssey)
        self.told.append(("entered", journey["id"]))
        return self.go(odyssey, None, [one["id"] for one in journey["steps"] if (None, None) in one["after"]], trail)

    def run(self, arrivals: list[Any]) -> None:
        """Let new legs do what they do at once, and those that come of it, each in its turn."""
        while arrivals:
            odyssey, leg, trail = arrivals.pop(0)
            if odyssey["end"] is None and leg["end"] is None:
                arrivals += self.arrive(odyssey, leg, trail)

    def arrive(self, odyssey: Dict, leg: Dict, trail: tuple[Any, ...]) -> list[Any]:
        step = self.step(odyssey, leg)
        if step["type"] == "exit":
            leg["end"] = self.now
            self.exit(odyssey, "completed_due_to_exit_node")
            return self.effects(step, trail)
        if step["type"] == "branch":
            rule = step["on"]
            is_met = self.is_in(rule[1]) if rule[0] == "segments" else rule in odyssey["done"]
            return self.leave(odyssey, leg, self.ways(odyssey, leg, "yes" if is_met else "no"), trail)
        if step.get("minutes"):
            self.schedule(step["minutes"], "leg", (odyssey["number"], odyssey["legs"].index(leg)))
        if step["type"] == "push_notification":
            leg["seen"] = self.now
            self.told.append(("sent", step["id"]))
            return self.leave_content(odyssey, leg, trail)
        return []

    def leave_content(self, odyssey: Dict, leg: Dict, trail: tuple[Any, ...]) -> list[Any]:
        waits = self.step(odyssey, leg).get("waits")
        if leg["seen"] is None or (waits and leg["outcome"] is None):
            return []
        return self.leave(odyssey, leg, self.ways(odyssey, leg, leg["outcome"] if waits else None), trail)

    def leave(self, odyssey: Dict, leg: Dict, ways: list[str], trail: tuple[Any, ...]) -> list[Any]:
        leg["end"] = self.now
        return self.go(odyssey, leg, ways, trail)

    def go(self, odyssey: Dict, leg: Dict | None, ways: list[str], trail: tuple[Any, ...]) -> list[Any]:
        """Go to the steps at which the player is not yet; the new legs, with the steps that led to each at once."""
        there = {one["step"] for one in odyssey["legs"] if one["end"] is None}
        ready: list[Dict] = []
        for way in dict.fromkeys(ways):
            if way not in there:
                if (odyssey["journey"], way) in trail:
                    self.end(odyssey, "stopped")
                    return []
                ready.append({"step": way, "end": None, "seen": None, "outcome": None})
        odyssey["legs"] += ready
        if ready:
            before = None if leg is None else leg["step"]
            self.told.append(("advanced", odyssey["journey"], before, [one["step"] for one in ready]))
        elif not there:
            self.exit(odyssey, "completed_due_to_steps_exhausted")
        return [(odyssey, one, (*trail, (odyssey["journey"], one["step"]))) for one in ready]

    def exit(self, odyssey: Dict, state: str) -> None:
        self.end(odyssey, state)
        self.told.append(("exited", odyssey["journey"], state))
        journey = self.journeys[odyssey["journey"]]
        if journey["cooldown"] and journey["entry"] and all(rule[0] == "segments" for rule in journey["entry"]):
            self.schedule(journey["cooldown"], "again", journey["id"])

    def end(self, odyssey: Dict, state: str) -> None:
        odyssey["end"], odyssey["state"] = self.now, state
        for leg in odyssey["legs"]:
            leg["end"] = self.now if leg["end"] is None else leg["end"]

    def effects(self, step: Dict, trail: tuple[Any, ...]) -> list[Any]:
        arrivals = []
        for effect, journey_id in step.get("effects", ()):
            if effect == "enter_journey":
                if self.may_enter(self.journeys[journey_id]):
                    arrivals += self.enter(self.journeys[journey_id], self.action, trail)
                continue
            for odyssey in self.odysseys:
                if odyssey["journey"] == journey_id and odyssey["end"] is None:
                    self.exit(odyssey, "completed_due_to_exit_node")
        return arrivals

    # Looking.

    def active(self) -> list[tuple[Dict, Dict]]:
        return [(one, leg) for one in self.odysseys for leg in one["legs"] if leg["end"] is None]

    def step(self, odyssey: Dict, leg: Dict) -> Dict:
        found: Dict = next(one for one in self.journeys[odyssey["journey"]]["steps"] if one["id"] == leg["step"])
        return found

    def ways(self, odyssey: Dict, leg: Dict, outcome: str | None) -> list[str]:
        steps = self.journeys[odyssey["journey"]]["steps"]
        return [one["id"] for one in steps for after in one["after"] if after == (leg["step"], outcome)]

    def is_in(self, segments: list[str]) -> bool:
        return any(self.attributes.get(SEGMENTS[name]) == 1 for name in segments)

    def schedule(self, minutes: int, what: str, about: Any) -> None:
        self.scheduled += 1
        self.agenda.append((self.now + minutes, self.scheduled, what, about))
