"""The process that shows a survey's window: `python -m uwclient.survey_views.window_process`.

It reads {"url": …, "title": …, "width": …, "height": …} from its input, and ends when the input is closed. It prints
a line of JSON for each event: {"said": "loaded"}, {"said": "failed", "reason": …}, {"said": "survey_completed"},
{"said": "survey_force_closed"}, {"said": "closed"}.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

THANKS = 3.0
"""Seconds that the page's thanks are shown before the window closes."""

NICENESS = 10
"""The niceness of the process, so that the game has priority for the processor."""

MESSAGES = ("survey_completed", "survey_force_closed")

TITLE = "userwise:"
"""The prefix of a message in the page's title, which is used if a page blocks pywebview's own bridge."""

BRIDGES = """
(() => {
  const waiting = [];
  const api = () => window.pywebview && window.pywebview.api && window.pywebview.api.postMessage;
  const postMessage = (message) => {
    document.title = `userwise:${message}`;
    if (api()) window.pywebview.api.postMessage(String(message));
    else waiting.push(String(message));
  };
  window.addEventListener("pywebviewready", () => { while (waiting.length) postMessage(waiting.shift()); });
  if (!window.UserWiseAndroidBridge) window.UserWiseAndroidBridge = { postMessage };
  if (!window.webkit) window.webkit = {};
  if (!window.webkit.messageHandlers) window.webkit.messageHandlers = {};
  try {
    if (!window.webkit.messageHandlers.userWiseHandler) {
      window.webkit.messageHandlers.userWiseHandler = { postMessage };
    }
  } catch (problem) { console.error(problem); }
})();
"""
"""The bridges to which the page sends messages, named as in the SDKs of Android and iOS. They can be added twice."""

WHERE = """
JSON.stringify([location.href, (performance.getEntriesByType("navigation")[0] || {}).responseStatus || 0])
"""


class Voice:
    """Owns the output to the game. What libraries print is discarded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._output = os.fdopen(os.dup(1), "wb", buffering=0)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)

    def say(self, said: str, **details: str) -> None:
        """Print an event for the game; exits the process if the game has ended."""
        with self._lock:
            try:
                self._output.write(json.dumps({"said": said, **details}).encode() + b"\n")
            except OSError:
                os._exit(0)


class Page:
    """The object whose methods pywebview offers to the page."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._lock = threading.Lock()
        self._window: Any = None
        self._has_loaded = False
        self._has_ended = False

    def postMessage(self, message: str) -> None:  # noqa: N802 - the name that pages know
        """Receive the page's message that the survey has ended; further ones are ignored."""
        with self._lock:
            if message not in MESSAGES or self._has_ended:
                return
            self._has_ended = True
        self._voice.say(message)
        if message == "survey_completed":
            time.sleep(THANKS)
        self._window.destroy()

    def _watch(self, window: Any) -> None:
        self._window = window
        window.events.before_show += self._prepare
        window.events.loaded += self._loaded

    def _prepare(self) -> None:
        """Add the bridges before the page loads, if the toolkit allows it."""
        try:
            from qtpy.QtWebEngineCore import QWebEngineScript

            script = QWebEngineScript()
            script.setSourceCode(BRIDGES)
            script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
            script.setWorldId(QWebEngineScript.ScriptWorldId.MainWorld)
            web_view = self._window.native.webview
            web_view.page().scripts().insert(script)
            web_view.titleChanged.connect(self._titled)
        except Exception:  # not Qt: they are added when the page has loaded
            return

    def _titled(self, title: str) -> None:
        if title.startswith(TITLE):
            threading.Thread(target=self.postMessage, args=(title.removeprefix(TITLE),), daemon=True).start()

    def _loaded(self) -> None:
        self._window.run_js(BRIDGES)
        if self._has_loaded:  # another page was opened in the window
            return
        self._has_loaded = True
        reason = self._wrong()
        if reason is None:
            self._voice.say("loaded")
        else:
            self._voice.say("failed", reason=reason)
            self._window.destroy()

    def _wrong(self) -> str | None:
        """Return why the loaded page is not the survey, as far as it can be known, or None."""
        try:
            place, status = json.loads(self._window.evaluate_js(WHERE))
        except Exception:  # a page may block scripts
            return None
        if place.startswith("chrome-error:"):
            return "The survey's page could not be loaded: check the network."
        return None if status < 400 else f"The request for the survey's page was answered with {status}."


def main() -> int:
    """Show one page until the survey ends, the player closes the window, or the game ends."""
    order = json.loads(sys.stdin.buffer.readline())
    voice = Voice()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    threading.Thread(target=_end_with_the_game, daemon=True).start()
    try:
        import webview
    except ImportError:
        voice.say("failed", reason='pywebview is not installed: pip install "uwclient[webview]".')
        return 1
    page = Page(voice)
    try:
        size = {"width": order["width"], "height": order["height"]}
        page._watch(webview.create_window(order["title"], order["url"], js_api=page, **size))
        webview.start()
    except Exception as error:
        voice.say("failed", reason=f"The survey's window could not be opened: {error}")
        return 1
    voice.say("closed")
    os._exit(0)  # without waiting for pywebview's threads


def _end_with_the_game() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    raise SystemExit(main())
