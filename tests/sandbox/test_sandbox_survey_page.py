"""The survey's page in a real browser; skipped where there is no Chromium or no selenium."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from uwclient.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import HttpPlayer

webdriver: Any = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
waiting: Any = pytest.importorskip("selenium.webdriver.support.wait")
Keys: Any = pytest.importorskip("selenium.webdriver.common.keys").Keys
PROGRAMS = ("chromium", "chromedriver")
pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, PROGRAMS)), reason="Chromium and its driver (chromium, chromedriver) are not installed"
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
QUESTIONS: list[dict[str, Any]] = [
    {"id": "mood", "type": "single_select", "text": "How is it?", "options": ["Good", "Bad"], "required": True},
    {"id": "modes", "type": "multi_select", "text": "What do you play?", "options": ["Quests", "Duels", "Fishing"]},
    {"id": "hard", "type": "rating", "text": "How hard?", "required": True},
    {"id": "heroes", "type": "ranking", "text": "Who is best?", "options": ["Aya", "Bron", "Cid"]},
    {"id": "more", "type": "open_ended", "text": "Anything else?", "required": True},
]
BRIDGES = """
    window.heard = [];
    const bridge = (name) => ({ postMessage: (message) => { window.heard.push(`${name}: ${message}`); } });
    const ready = (api) => { window.pywebview = { api }; window.dispatchEvent(new Event("pywebviewready")); };
"""
ALL_BRIDGES = """
    window.UserWiseAndroidBridge = bridge("android");
    window.webkit = { messageHandlers: { userWiseHandler: bridge("ios") } };
    window.pywebview = { api: bridge("desktop") };
"""


class Browser:
    """Owns one browser window, and how a player uses it."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, url: str, bridges: str = "") -> None:
        """Open a page for a host with these bridges."""
        script = {"source": BRIDGES + bridges}
        known = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)
        try:
            self.driver.get(url)
        finally:
            self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", known)

    def find(self, selector: str) -> Any:
        """The first element that is shown."""
        return next(one for one in self.driver.find_elements("css selector", selector) if one.is_displayed())

    def click(self, selector: str) -> None:
        """Click on it."""
        self.find(selector).click()

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def until(self, condition: Callable[[], Any]) -> Any:
        """What the condition returns, once that is true."""
        return waiting.WebDriverWait(self.driver, 5, 0.02).until(lambda _: condition())

    @property
    def text(self) -> str:
        """All that can be read."""
        return str(self.driver.find_element("css selector", "main").text)

    @property
    def heard(self) -> list[str]:
        """What the page told its host."""
        return list(self.driver.execute_script("return window.heard"))


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    options = webdriver.ChromeOptions()
    profile = tmp_path_factory.mktemp("profile")
    for flag in (*FLAGS, f"--user-data-dir={profile}", "--window-size=900,900"):
        options.add_argument(flag)
    chromium, driver = (shutil.which(program) for program in PROGRAMS)
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    running = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield Browser(running)
    running.quit()


@pytest.fixture
def browser(window: Browser) -> Browser:
    """The window, with nothing in it; its log is read so that the next test sees its own."""
    window.driver.get("about:blank")
    window.driver.get_log("browser")
    return window


@pytest.fixture
def page(sandbox: Sandbox, player: HttpPlayer) -> str:
    sandbox.publish("surveys", id="feedback", name="Dragons", questions=QUESTIONS)
    return player.survey_page("feedback")


def state(sandbox: Sandbox) -> str:
    (response,) = sandbox.player("hero-42").survey_responses
    return response.state


def answer_with_keys(browser: Browser) -> None:
    """Answer all questions without a mouse."""
    browser.press(Keys.SPACE, Keys.ENTER)
    browser.press(Keys.SPACE, Keys.TAB, Keys.TAB, Keys.SPACE, Keys.ENTER)
    browser.press(Keys.SPACE, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ENTER)
    browser.press(Keys.TAB, Keys.TAB, Keys.ENTER, Keys.ENTER)  # Aya down, twice
    browser.find("#next").send_keys(Keys.ENTER)
    browser.press("Zoë & <co>", Keys.TAB, Keys.TAB, Keys.ENTER)


def test_a_survey_is_answered_with_the_keyboard_alone(sandbox: Sandbox, browser: Browser, page: str) -> None:
    browser.open(page, ALL_BRIDGES)
    assert "Question 1 of 5" in browser.text

    answer_with_keys(browser)

    browser.until(lambda: "Thank you!" in browser.text)
    assert sandbox.player("hero-42").survey_responses[0].answers == {
        "mood": "Good",
        "modes": ["Quests", "Fishing"],
        "hard": 3,
        "heroes": ["Bron", "Cid", "Aya"],
        "more": "Zoë & <co>",
    }
    assert browser.heard == [f"{host}: survey_completed" for host in ("android", "ios", "desktop")]
    assert browser.driver.get_log("browser") == []


def test_required_questions_must_be_answered_and_others_can_be_skipped(
    sandbox: Sandbox, browser: Browser, page: str
) -> None:
    browser.open(page)
    browser.click("#next")
    assert "Please answer this question." in browser.text
    assert "Question 1 of 5" in browser.text
    browser.click("label:nth-of-type(2)")
    assert "Please answer this question." not in browser.text
    for _ in range(2):
        browser.click("#next")
    assert "Question 3 of 5" in browser.text
    browser.click("#next")
    assert "Please answer this question." in browser.text
    browser.click(".scale label:nth-child(5)")
    for _ in range(2):
        browser.click("#next")
    browser.find("textarea").send_keys("   ")
    browser.click("#next")
    assert "Please answer this question." in browser.text
    browser.find("textarea").send_keys("Fine\nindeed")
    browser.click("#next")

    browser.until(lambda: "Thank you!" in browser.text)
    answers = sandbox.player("hero-42").survey_responses[0].answers
    assert answers == {"mood": "Bad", "hard": 5, "more": "Fine\nindeed"}


def test_a_player_can_go_back_and_change_an_answer(sandbox: Sandbox, browser: Browser, page: str) -> None:
    browser.open(page)
    browser.click("label:nth-of-type(1)")
    browser.click("#next")
    browser.click("#back")
    assert browser.find("input:checked").get_attribute("value") == "Good"
    browser.click("label:nth-of-type(2)")
    browser.click("#next")
    browser.click("#next")
    browser.click(".scale label:nth-child(1)")
    browser.click("#next")
    browser.click("#next")
    browser.find("textarea").send_keys("x")
    browser.click("#next")

    browser.until(lambda: "Thank you!" in browser.text)
    assert sandbox.player("hero-42").survey_responses[0].answers["mood"] == "Bad"


def test_closing_the_page_is_told_to_the_host(sandbox: Sandbox, browser: Browser, page: str) -> None:
    browser.open(page, ALL_BRIDGES)

    browser.click("#close")

    browser.until(lambda: "The survey is closed" in browser.text)
    assert browser.heard == [f"{host}: survey_force_closed" for host in ("android", "ios", "desktop")]
    assert state(sandbox) == "abandoned"


@pytest.mark.parametrize("bridge", ["", "window.UserWiseAndroidBridge = bridge('android');"])
def test_a_page_speaks_to_the_host_that_there_is(browser: Browser, page: str, bridge: str) -> None:
    browser.open(page, bridge)
    browser.click("#close")

    browser.until(lambda: "The survey is closed" in browser.text)
    assert browser.heard == (["android: survey_force_closed"] if bridge else [])
    assert browser.driver.get_log("browser") == []


def test_a_host_that_is_ready_late_is_told_once(browser: Browser, page: str) -> None:
    browser.open(page, "window.pywebview = {};")
    browser.click("#close")
    browser.until(lambda: "The survey is closed" in browser.text)
    assert browser.heard == []

    for _ in range(2):
        browser.driver.execute_script(f"{BRIDGES.replace('window.heard = [];', '')} ready(bridge('desktop'));")

    assert browser.heard == ["desktop: survey_force_closed"]


def test_a_bridge_that_fails_does_not_keep_the_others_from_hearing(browser: Browser, page: str) -> None:
    browser.open(page, f"{ALL_BRIDGES} window.UserWiseAndroidBridge = {{}};")
    browser.click("#close")

    browser.until(lambda: len(browser.heard) == 2)


@pytest.mark.parametrize(("completes", "result"), [(True, "survey_completed"), (False, "survey_force_closed")])
def test_the_page_goes_to_the_return_address_in_the_end(
    sandbox: Sandbox, browser: Browser, page: str, completes: bool, result: str
) -> None:
    browser.open(f"{page}&return_url={sandbox.url}/done%3Fgame=hero")
    if completes:
        answer_with_keys(browser)
    else:
        browser.click("#close")

    (back,) = sandbox.wait_for_requests("done")
    assert back.query == {"game": "hero", "result": result}
    assert state(sandbox) == ("success" if completes else "abandoned")


def test_a_survey_that_was_answered_already_says_so_again(browser: Browser, page: str) -> None:
    browser.open(page)
    answer_with_keys(browser)
    browser.until(lambda: "Thank you!" in browser.text)

    browser.open(page, ALL_BRIDGES)

    assert "Thank you!" in browser.text
    assert browser.heard[0] == "android: survey_completed"


def test_answers_that_cannot_be_sent_can_be_sent_again(sandbox: Sandbox, browser: Browser, page: str) -> None:
    browser.open(page)
    sandbox.faults.drop("*/answers", times=None)  # a browser tries again by itself
    answer_with_keys(browser)
    browser.until(lambda: "could not be sent" in browser.text)
    assert state(sandbox) == "entered"

    sandbox.faults.clear()
    browser.click("#next")

    browser.until(lambda: "Thank you!" in browser.text)
    assert state(sandbox) == "success"


def test_an_answer_that_the_platform_does_not_take_is_shown_at_its_question(
    sandbox: Sandbox, browser: Browser, page: str
) -> None:
    body = {"errors": ["Too long."], "questions": {"modes": "Please choose fewer."}}
    sandbox.faults.respond("*/answers", status=422, body=body)
    browser.open(page)
    answer_with_keys(browser)

    browser.until(lambda: "Please choose fewer." in browser.text)
    assert "Question 2 of 5" in browser.text


@pytest.mark.parametrize(("width", "height"), [(320, 568), (768, 1024), (1280, 720)])
def test_nothing_is_cut_off_on_any_screen(
    sandbox: Sandbox, browser: Browser, player: HttpPlayer, width: int, height: int
) -> None:
    long = "W" * 60 + " and words " * 10
    sandbox.publish(
        "surveys",
        id="wide",
        name=long,
        questions=[
            {"type": "single_select", "text": long, "options": [long, "b"]},
            {"type": "ranking", "text": "r", "options": [long, "b"]},
            {"type": "rating", "text": "How hard?", "scale": 10},
        ],
    )
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.open(player.survey_page("wide"))
        for position in range(3):
            assert f"Question {position + 1} of 3" in browser.text
            used = browser.driver.execute_script("return document.documentElement.scrollWidth")
            assert used <= width
            browser.click("#next")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_every_control_has_a_name_for_those_who_cannot_see_it(browser: Browser, page: str, tmp_path: Path) -> None:
    browser.open(page)
    tree = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    controls = [
        node
        for node in tree
        if not node["ignored"] and node["role"]["value"] in ("button", "radio", "checkbox", "progressbar", "group")
    ]

    assert len(controls) >= 5
    assert [node for node in controls if not node.get("name", {}).get("value")] == [], json.dumps(controls, indent=1)
