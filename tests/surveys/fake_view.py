"""Stands for the process of a survey's window: speaks its lines, without a window.

Each argument is a step: `say:WORD` (a line), `raw:TEXT` (a line that is no word), `note:FILE` (its process id and
order), `await:FILE` (until there is such a file), `spawn` (a child that keeps the output open), `flood` (endless
output), `line` (an endless line), `kill:N` (itself), `exit:N`, `stay` (until the input ends), `sleep` (whatever
happens).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def step(name: str, value: str, order: dict[str, object]) -> None:
    """Do one step."""
    match name:
        case "say":
            os.write(1, json.dumps({"said": value}).encode() + b"\n")
        case "failed":
            os.write(1, json.dumps({"said": "failed", "reason": value}).encode() + b"\n")
        case "raw":
            os.write(1, value.encode("latin-1") + b"\n")
        case "note":
            unfinished = Path(f"{value}.unfinished")
            unfinished.write_text(json.dumps({"pid": os.getpid(), **order}) + "\n")
            unfinished.rename(value)
        case "await":
            while not Path(value).exists():
                time.sleep(0.005)
        case "spawn":
            subprocess.Popen(["sleep", "3"], stdin=subprocess.DEVNULL)
        case "flood":
            while True:
                os.write(1, b'{"said": "nothing"}\n' * 100)
        case "line":
            while True:
                os.write(1, b"x" * 1000)
        case "kill":
            os.kill(os.getpid(), int(value))
        case "exit":
            os._exit(int(value))
        case "stay":
            sys.stdin.buffer.read()
        case "sleep":
            time.sleep(60)
        case _:
            raise SystemExit(f"no such step: {name}")


if __name__ == "__main__":
    told = json.loads(sys.stdin.buffer.readline())
    for argument in sys.argv[1:]:
        step(*argument.partition(":")[::2], told)
