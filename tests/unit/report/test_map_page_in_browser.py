"""The map's page in a real browser: it draws, answers and stays fluid, and no data text runs."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from diversify.report.map_density import density_of, quantised
from diversify.report.map_page import write_map_page
from diversify.report.map_view import MapView, Marks

playwright_api = pytest.importorskip("playwright.sync_api")

FLAGS = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--no-first-run"]  # fmt: skip
HOSTILE = "<script>window.hacked = 1</script></script>\u2028<img src=x onerror='window.hacked = 2'>"
SPOT = """(point) => {
  const plot = document.querySelector(".map-plot"), box = plot.getBoundingClientRect();
  const [x, y] = plot.map.spot(point);
  return [box.left + x, box.top + y];
}"""
SETTLED = """() => {
  document.querySelector(".map-plot").map.say(-1);
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}"""
FRAMES = """async (count) => {
  const canvas = document.querySelector(".map-plot canvas"), box = canvas.getBoundingClientRect();
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: i % 20 < 10 ? -20 : 20, bubbles: true,
      clientX: box.left + box.width / 3, clientY: box.top + box.height / 3, cancelable: true }));
    await new Promise(requestAnimationFrame);
  }
  return (1000 * count) / (performance.now() - start);
}"""


@dataclass
class Opened:
    page: playwright_api.Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def picture(self) -> np.ndarray:
        """Take the map's pixels, no row being read, once what was asked for is drawn."""
        self.page.evaluate(SETTLED)
        image = Image.open(io.BytesIO(self.page.locator(".map-plot canvas").screenshot()))
        return np.asarray(image.convert("RGB")).astype(int)

    def tip(self, point: int, words: str) -> str:
        """Point at a row, or tap it, and read what is shown once it holds the words."""
        self.page.locator(".map-plot").scroll_into_view_if_needed()
        x, y = self.page.evaluate(SPOT, point)
        if self.page.viewport_size["width"] < 500:
            self.page.touchscreen.tap(x, y)
        else:
            self.page.mouse.move(x, y)
        tip = self.page.locator(".map-tip:not([hidden])")
        playwright_api.expect(tip).to_contain_text(words)
        return tip.text_content() or ""

    def count(self) -> str:
        return self.page.locator(".map-count").text_content() or ""


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright_api.Browser]:
    found = [path for name in ("chromium", "chromium-browser", "google-chrome")
             if (path := shutil.which(name))]  # fmt: skip
    if not found:
        pytest.skip("no Chromium on this machine")
    with playwright_api.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found[0], args=FLAGS)
        yield opened
        opened.close()


def open_page(browser: playwright_api.Browser, path: Path, width: int, **settings: str) -> Opened:
    phone = width < 500
    context = browser.new_context(
        viewport={"width": width, "height": 800}, is_mobile=phone, has_touch=phone, **settings
    )
    found = Opened(context.new_page())
    found.page.on("console", lambda said: found.faults.append(said.text))
    found.page.on("pageerror", lambda error: found.faults.append(str(error)))
    found.page.on("request", lambda one: found.requests.append(one.url))
    found.page.goto(path.as_uri())
    found.page.wait_for_selector(".map-plot[data-mode]")
    return found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve by ten rows at even steps, and two test instructions."""
    places = np.array([(i % 12, i // 12) for i in range(120)] + [(3.5, 4.5), (7.5, 2.5)])
    squares = quantised(places.astype(float))
    sources = [["code", f"math {HOSTILE}"][i % 2] for i in range(120)]
    view = MapView(
        points=Marks(squares[:120], [f"row {i} of {HOSTILE}" for i in range(120)]),
        sources=sources,
        clusters=np.arange(120) // 2 % 5 - 1,
        picked=np.arange(120) % 3 == 0,
        tests={f"exam {HOSTILE}": Marks(squares[120:], [f"question of {HOSTILE}"] * 2)},
        method=f"by hand {HOSTILE}",
        terms=[f"words {HOSTILE}"] * 4,
        rows={"code": 500, sources[1]: 60},
        density=density_of(squares[:120], sources, 64),
    )
    path = tmp_path_factory.mktemp("map") / "map.html"
    write_map_page(path, view, f"Map {HOSTILE}")
    return path


@pytest.fixture(scope="module", params=[1280, 375])
def opened(request: pytest.FixtureRequest, browser: playwright_api.Browser, file: Path) -> Opened:
    return open_page(browser, file, request.param)


def test_pointing_at_a_row_shows_its_text_as_text(opened: Opened) -> None:
    for point in (0, 37, 108):
        said = opened.tip(point, f"row {point} of <script>window.hacked = 1</script>")
        assert ("code" in said) == (point % 2 == 0)
        assert ("picked" in said) == (point % 3 == 0)
    opened.tip(2, "cluster 0 (words <script>")
    opened.tip(1, "no cluster")
    opened.tip(120, "question of <script>")


def test_buttons_change_the_colours(opened: Opened) -> None:
    pictures = []
    for mode in ("cluster", "picked", "source"):
        button = opened.page.locator(f'button[data-mode="{mode}"]')
        button.focus()
        opened.page.keyboard.press("Enter")
        assert button.get_attribute("aria-pressed") == "true"
        pictures.append(opened.picture())
    assert all((np.ptp(picture, axis=2) > 60).sum() > 300 for picture in pictures)
    assert all((pictures[a] != pictures[b]).any() for a, b in ((0, 1), (1, 2), (0, 2)))


def test_the_legend_hides_and_shows_sources(opened: Opened) -> None:
    assert opened.count() == "120 of 560 rows are drawn, 40 picked ones among them"
    code, ground = (
        opened.page.locator(f'button[data-what="{what}"]') for what in ("source 0", "ground")
    )
    with_all = opened.picture()
    code.click()
    assert opened.count() == "60 of 560 rows are drawn"
    assert code.get_attribute("aria-pressed") == "false"
    without = opened.picture()
    assert (np.ptp(without, axis=2) > 60).sum() < (np.ptp(with_all, axis=2) > 60).sum()
    code.click()
    ground.click()
    assert (opened.picture() != with_all).any()
    ground.click()
    assert (opened.picture() == with_all).all()


def test_a_search_counts_rows_and_leads_from_one_to_the_next(opened: Opened) -> None:
    search, count, tip = (
        opened.page.locator(one) for one in (".map-search", ".map-count", ".map-tip")
    )
    search.fill("ROW 11")
    playwright_api.expect(count).to_contain_text("11 hold “ROW 11”")
    for wanted in ("row 11 of", "row 110 of"):
        search.press("Enter")
        playwright_api.expect(tip).to_contain_text(wanted)
    search.fill("")
    playwright_api.expect(count).not_to_contain_text("hold")
    opened.page.locator('button[data-zoom="all"]').click()


def test_wheel_keys_and_buttons_zoom_and_all_is_found_again(opened: Opened) -> None:
    start = opened.picture()
    apart = opened.page.evaluate(SPOT, 1)[0] - opened.page.evaluate(SPOT, 0)[0]
    opened.page.locator('button[data-zoom="in"]').click()
    assert opened.page.evaluate(SPOT, 1)[0] - opened.page.evaluate(SPOT, 0)[0] > 1.5 * apart
    assert (opened.picture() != start).any()
    opened.page.locator(".map-plot canvas").focus()
    before = opened.page.evaluate(SPOT, 0)
    opened.page.keyboard.press("ArrowRight")
    assert opened.page.evaluate(SPOT, 0)[0] == pytest.approx(before[0] - 60)
    opened.page.keyboard.press("0")
    opened.page.locator('button[data-mode="source"]').focus()
    assert (opened.picture() == start).all()


def test_nothing_sticks_out_sideways(opened: Opened) -> None:
    wide, seen = opened.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen == opened.page.viewport_size["width"]


def test_nothing_ran_left_or_complained(opened: Opened) -> None:
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.locator('img[src="x"]').count() == 0
    assert [url for url in opened.requests if not url.startswith("data:")] == [opened.page.url]
    assert opened.faults == []


def test_two_fingers_zoom_and_one_moves(browser: playwright_api.Browser, file: Path) -> None:
    phone = open_page(browser, file, 375)
    phone.page.locator(".map-plot").scroll_into_view_if_needed()
    touch = phone.page.context.new_cdp_session(phone.page)

    def fingers(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    (x, y), (right, _) = (phone.page.evaluate(SPOT, point) for point in (50, 51))
    fingers("touchStart", (x, y))
    fingers("touchMove", (x + 10, y))
    fingers("touchMove", (x + 30, y + 20))
    fingers("touchEnd")
    moved = phone.page.evaluate(SPOT, 50)
    assert moved == pytest.approx([x + 30, y + 20], abs=1)
    fingers("touchStart", (x - 40, y), (x + 40, y))
    fingers("touchMove", (x - 80, y), (x + 80, y))
    fingers("touchEnd")
    apart = phone.page.evaluate(SPOT, 51)[0] - phone.page.evaluate(SPOT, 50)[0]
    assert apart == pytest.approx(2 * (right - x), rel=0.05)


def test_dark_mode_is_dark(browser: playwright_api.Browser, file: Path) -> None:
    found = open_page(browser, file, 1280, color_scheme="dark")
    assert np.median(found.picture()) < 60


def test_without_scripts_a_still_image_and_a_line_are_shown(
    browser: playwright_api.Browser, file: Path
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(file.as_uri())
    assert page.locator(".map-still").bounding_box()["height"] > 300
    assert "need scripts" in page.locator("noscript").inner_text()
    assert not page.locator(".map-controls").is_visible()


def test_a_hundred_thousand_points_are_drawn_and_read(
    browser: playwright_api.Browser, tmp_path: Path
) -> None:
    count = 100_000
    rng = np.random.default_rng(0)
    squares = quantised(
        rng.normal(size=(count, 2)) + 3 * rng.normal(size=(20, 2))[rng.integers(20, size=count)]
    )
    sources = [f"source {i % 5}" for i in range(count)]
    view = MapView(
        points=Marks(squares, [f"row {i}: what is {i} times {i % 97}?" for i in range(count)]),
        sources=sources,
        density=density_of(squares, sources, 1024),
    )
    write_map_page(tmp_path / "map.html", view, "Many")
    found = open_page(browser, tmp_path / "map.html", 1280)
    assert found.count() == "100,000 rows"
    assert (np.ptp(found.picture(), axis=2) > 60).sum() > 20_000
    x, y = found.page.evaluate(SPOT, 777)
    found.page.evaluate(f"document.querySelector('.map-plot').map.zoom(300, {x}, {y})")
    found.tip(777, "row 777:")
    # told with `pytest -s`; machines differ, so it decides nothing
    print(f"{found.page.evaluate(FRAMES, 30):.0f} frames a second")
    assert found.faults == []
