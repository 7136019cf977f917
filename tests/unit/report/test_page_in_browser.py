"""The page in a real browser: it draws, it answers, it sends nothing, and no data text runs."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from diversify.config.report import ReportOptions
from diversify.report.documents import read_experiments
from diversify.report.page import write_page

playwright_api = pytest.importorskip("playwright.sync_api")

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip
MAP_POINT = """(point) => {
  const plot = document.querySelector(".map-plot"), box = plot.getBoundingClientRect();
  const [x, y] = plot.map.spot(point);
  return [box.left + x, box.top + y];
}"""


@dataclass
class Opened:
    page: playwright_api.Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def picture(self) -> np.ndarray:
        image = Image.open(io.BytesIO(self.page.locator(".map-plot").screenshot()))
        return np.asarray(image.convert("RGB")).astype(int)


def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright_api.Browser]:
    path = chromium()
    with playwright_api.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, made: SimpleNamespace) -> Path:
    root = tmp_path_factory.mktemp("results")
    made.write_rewrite(root)
    made.write_data(root)
    made.write_stages(root)
    made.put(root / "edits" / "map" / "map.json", made.map_document())
    path = root / "index.html"
    write_page(path, read_experiments(root.rglob("*.json")), ReportOptions())
    return path


@pytest.fixture(scope="module", params=[1280, 375])
def opened(request: pytest.FixtureRequest, browser: playwright_api.Browser, file: Path) -> Opened:
    width = request.param
    phone = width < 500
    context = browser.new_context(
        viewport={"width": width, "height": 800}, is_mobile=phone, has_touch=phone
    )
    found = Opened(context.new_page())
    # a slow machine's driver warns of its own speed; that is no fault of the page
    found.page.on(
        "console",
        lambda said: found.faults.append(said.text) if "GL Driver" not in said.text else None,
    )
    found.page.on("pageerror", lambda error: found.faults.append(str(error)))
    found.page.on("request", lambda one: found.requests.append(one.url))
    found.page.goto(file.as_uri())
    found.page.wait_for_selector(".map-plot[data-mode]")
    return found


def test_every_figure_is_drawn(opened: Opened) -> None:
    sizes = opened.page.eval_on_selector_all(
        "img.drawn", "all => all.map(one => [one.naturalWidth, one.clientWidth, one.clientHeight])"
    )
    assert len(sizes) == 3
    assert all(natural > 0 and width > 250 and height > 150 for natural, width, height in sizes)


def test_the_phone_gets_its_own_drawing(opened: Opened) -> None:
    natural = opened.page.eval_on_selector("img.drawn", "one => one.naturalWidth")
    narrow = opened.page.viewport_size["width"] < 500
    assert (natural < 400) == narrow


def test_the_map_has_points_and_its_buttons_recolour_them(opened: Opened) -> None:
    pictures = {}
    for mode in ("cluster", "picked", "source"):
        button = opened.page.locator(f'button[data-mode="{mode}"]')
        button.click()
        opened.page.wait_for_selector(f'.map-plot[data-mode="{mode}"]')
        opened.page.wait_for_timeout(300)
        assert button.get_attribute("aria-pressed") == "true"
        pictures[mode] = opened.picture()
    coloured = {mode: np.ptp(image, axis=2) > 60 for mode, image in pictures.items()}
    assert all(points.sum() > 300 for points in coloured.values())
    assert (pictures["cluster"] != pictures["source"]).any()
    assert (pictures["picked"] != pictures["source"]).any()
    assert opened.page.locator('button[data-mode][aria-pressed="true"]').count() == 1


def test_a_row_shows_its_text_and_hostile_text_does_not_run(opened: Opened) -> None:
    opened.page.locator(".map-plot").scroll_into_view_if_needed()
    for point in (0, 1, 60):  # of either source, and a test instruction
        x, y = opened.page.evaluate(MAP_POINT, point)
        opened.page.mouse.move(x - 40, y)
        opened.page.mouse.move(x, y, steps=3)
        tip = opened.page.wait_for_selector(".map-tip:not([hidden])")
        assert "<script>window.hacked = 1</script>" in tip.text_content()
    # once more by hand, as if an escape had been forgotten: the policy still refuses
    opened.page.evaluate(
        """() => { const one = document.createElement("script");
                   one.textContent = "window.hacked = 5"; document.body.append(one); }"""
    )
    opened.faults[:] = [fault for fault in opened.faults if "inline script" not in fault]
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.locator('img[src="x"]').count() == 0


def test_nothing_sticks_out_sideways(opened: Opened) -> None:
    opened.page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    wide, seen = opened.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen == opened.page.viewport_size["width"]


def test_no_request_leaves_and_nothing_complains(opened: Opened) -> None:
    away = [url for url in opened.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert away == []
    assert len([url for url in opened.requests if url.startswith("file:")]) == 1
    assert opened.faults == []


def test_dark_mode_draws_dark_figures(browser: playwright_api.Browser, file: Path) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(file.as_uri())
    image = Image.open(io.BytesIO(page.locator("img.drawn").first.screenshot()))
    assert np.asarray(image.convert("L")).mean() < 60
    context.close()
