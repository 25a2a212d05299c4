from __future__ import annotations
from datetime import UTC, datetime, timedelta
EPOCH = datetime(1970,1,1,tzinfo=UTC)
class Clock:
    def __init__(self, start):
        self.microseconds = (start - EPOCH)//timedelta(microseconds=1)
    def now(self): return EPOCH + timedelta(microseconds=self.microseconds)
    def monotonic(self): return self.microseconds/1e6
    wall = monotonic
