"""Results at a glance, of a study that simulated people have been through."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from looks import AXE, faults
from server import Server
from studies import QUICK

# Nothing that needs a model, with somebody left out of nothing: two conditions are compared.
COMPARED = {
    **{old: new for old, new in QUICK.items() if "human-opinion" not in old},
    "  - {name: human-opinion, source: human-opinion, select: random, exclude: 0}":
        "  - {name: own-words, source: human-opinion}\n  - {name: positions, source: position-statement}",
    "\nquestions:": "\nquotas: {groups: 4}\nquestions:",
}

# Four conditions, one of which leaves somebody out, beside its twin.
TWINS = {
    **{old: new for old, new in COMPARED.items() if "zero-shot" not in old and "quotas" not in new},
    "candidates: 4": "candidates: 2",
}


@pytest.fixture(scope="module")
def study(server: Server, variant) -> str:
    """Two of four groups have been through it."""
    name = variant("compared", COMPARED)
    server.command("simulate", "--study", name, "--participants", "6", "--url", server.url, "--seed", "3")
    return name


def test_effects_are_covered_and_an_admin_uncovers_them_with_a_reason(admin, server: Server, study: str):
    page = admin(f"/admin/results?study={study}")
    sample = page.locator("#sample")
    expect(sample.get_by_role("img")).to_have_attribute("aria-label", re.compile("Finished groups: 2 of 4"))
    expect(page.locator("#ratings").get_by_role("img")).to_have_attribute("aria-label", re.compile(r"\d+ ratings so far"))
    expect(page.locator("#attrition")).to_contain_text("Read the debriefing")
    covered = page.get_by_role("region", name="Covered until the study has its sample")
    expect(covered).to_contain_text("4 groups have finished (2 so far)")
    expect(page.locator("#effects").get_by_role("img")).to_have_count(0)
    expect(page.get_by_role("link", name="The whole report")).to_be_hidden()
    refused = page.request.get(f"/api/admin/studies/{study}/report.html")
    assert refused.status == 409 and "covered until" in refused.json()["detail"]
    assert faults(page) == []

    covered.get_by_role("button", name="Uncover them now").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("cannot be taken back")
    assert faults(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(covered).to_be_visible()
    covered.get_by_role("button", name="Uncover them now").click()
    dialog.get_by_label("Why now").fill("A check of the page")
    dialog.get_by_role("button", name="Uncover", exact=True).click()
    expect(covered).to_be_hidden()
    expect(page.locator("#uncovered")).to_contain_text("by anna")
    expect(page.locator("#uncovered")).to_contain_text("A check of the page")
    expect(page.get_by_role("link", name="The whole report")).to_be_visible()
    for part in ("agreement", "quality", "win-rates", "divisiveness"):
        expect(page.locator(f"#{part}").get_by_role("img")).to_be_visible()
    expect(page.locator("#exclusion")).to_contain_text("No exclusion condition")
    assert faults(page) == []

    page.goto("/admin/log")
    expect(page.get_by_role("row").filter(has_text="Uncovered effects by condition")).to_contain_text("A check of the page")


def test_each_figure_has_its_table_and_its_data(admin, server: Server, study: str, tmp_path: Path):
    page = admin(f"/admin/results?study={study}")
    results = page.request.get(f"/api/admin/studies/{study}/results").json()
    lines = results["effects"]["conditions"]["numbers"]["lines"]
    assert {line["condition"] for line in lines} == {"own-words", "positions"}
    part = page.locator("#agreement")
    part.get_by_text("Table", exact=True).click()
    table = part.get_by_role("table")
    for line in lines:
        row = table.get_by_role("row").filter(has_text=line["condition"])
        expect(row).to_contain_text(f"{line['agreement']['value']:.2f} ({line['agreement']['low']:.2f} to {line['agreement']['high']:.2f})")
        label = part.get_by_role("img").get_attribute("aria-label")
        assert f"{line['condition']}: {line['agreement']['value']:.2f}" in label
    assert faults(page) == []
    parts = page.locator(".part:has(figure:visible)")
    assert parts.count() >= 7
    for index in range(parts.count()):
        with page.expect_download() as download:
            parts.nth(index).get_by_role("button", name=re.compile("as CSV")).click()
        assert download.value.suggested_filename.startswith(f"{study}-")
        download.value.save_as(tmp_path / download.value.suggested_filename)
    rows = list(csv.DictReader(io.StringIO((tmp_path / f"{study}-agreement.csv").read_text())))
    for row, line in zip(rows, lines, strict=True):
        assert row["condition"] == line["condition"]
        assert float(row["agreement"]) == line["agreement"]["value"] and float(row["agreement_low"]) == line["agreement"]["low"]
        assert sum(int(row[f"rated_{point}"]) for point in range(1, 8)) == line["ratings"]
    (pair,) = results["effects"]["conditions"]["numbers"]["pairs"]
    (row,) = csv.DictReader(io.StringIO((tmp_path / f"{study}-win-rates.csv").read_text()))
    assert float(row["winRate"]) == pair["winRate"]["value"] and int(row["memberRounds"]) == pair["memberRounds"]


@pytest.fixture(scope="module")
def twins(server: Server, variant) -> str:
    """Two groups have been through a study that leaves somebody out, and it is closed."""
    name = variant("twins", TWINS)
    server.command("simulate", "--study", name, "--participants", "6", "--url", server.url, "--seed", "5")
    server.command("study", "close", name)
    return name


def test_what_being_left_out_costs_and_each_condition_against_each_are_drawn(admin, twins: str, tmp_path: Path):
    page = admin(f"/admin/results?study={twins}")
    effects = page.request.get(f"/api/admin/studies/{twins}/results").json()["effects"]["conditions"]["numbers"]
    names = [line["condition"] for line in effects["lines"]]
    assert sorted(names) == ["own-words", "positions", "zero-shot", "zero-shot-exclusion"]
    expect(page.get_by_role("region", name="Covered until the study has its sample")).to_be_hidden()

    def saved(key: str) -> list[dict]:
        with page.expect_download() as download:
            page.locator(f"#{key}").get_by_role("button", name=re.compile("as CSV")).click()
        download.value.save_as(tmp_path / f"{key}.csv")
        return list(csv.DictReader(io.StringIO((tmp_path / f"{key}.csv").read_text())))

    # A number in each cell but those of a condition against itself: the win rate, or what is left of it to 1.
    matrix = page.locator("#win-rates")
    rates = {(pair["one"], pair["other"]): pair["winRate"]["value"] for pair in effects["pairs"]}
    assert len(rates) == 6
    assert {(row["one"], row["other"]): float(row["winRate"]) for row in saved("win-rates")} == rates
    rates |= {(other, one): 1 - rate for (one, other), rate in rates.items()}
    words = matrix.locator("svg text").evaluate_all("texts => texts.map(text => text.textContent)")
    cells = iter([word for word in words if re.fullmatch(r"–|[01]\.\d\d", word)])
    for row in names:
        for column in names:
            cell = next(cells)
            assert cell == "–" if row == column else abs(float(cell) - rates[row, column]) < 0.0051
    assert next(cells, None) is None
    matrix.get_by_text("Table", exact=True).click()
    expect(matrix.get_by_role("row")).to_have_count(7)

    (effect,) = effects["exclusions"]
    assert (effect["exclusion"], effect["full"]) == ("zero-shot-exclusion", "zero-shot")
    assert effect["excluded"] > 0 and effect["included"] > 0
    exclusion = page.locator("#exclusion")
    expect(exclusion.locator("svg")).to_contain_text("zero-shot-exclusion against zero-shot")
    shown = exclusion.get_by_role("img").get_attribute("aria-label")
    assert abs(float(re.search(r"zero-shot-exclusion: ([-−\d.]+)", shown)[1].rstrip(".").replace("−", "-")) - effect["effect"]["value"]) < 0.0051
    exclusion.get_by_text("Table", exact=True).click()
    cells = exclusion.get_by_role("row").last.locator("th, td").all_inner_texts()
    assert cells[:4] == ["zero-shot-exclusion", "zero-shot", str(effect["excluded"]), str(effect["included"])]
    (row,) = saved("exclusion")
    for key in ("effect", "plainDifference"):
        for part, column in (("value", key), ("low", f"{key}_low"), ("high", f"{key}_high")):
            assert row[column] == "" if effect[key][part] is None else float(row[column]) == effect[key][part]
    assert faults(page) == []


def test_figures_are_read_in_black_and_white(admin, study: str, twins: str):
    """What differs in kind differs in form, and nothing has a hue that would be lost."""
    page = admin(f"/admin/results?study={twins}")
    for part, kinds in {
        "exclusion": ["effect", "plain difference"], "divisiveness": ["statements", "position statements"],
    }.items():
        # After the words of each estimate comes its mark.
        marks = page.locator(f"#{part} svg").evaluate("""svg => {
            const found = {};
            let words;
            for (const each of svg.children) {
                if (each.matches("text.soft")) words = each.textContent;
                if (!each.matches("circle, rect")) continue;
                const { fill, stroke } = getComputedStyle(each);
                (found[words] ??= []).push(`${each.tagName} ${stroke === "none" || fill === stroke ? "full" : "open"}`);
            }
            return found;
        }""")
        assert sorted(marks) == sorted(kinds)
        one, other = ({*marks[kind]} for kind in kinds)
        assert len(one) == len(other) == 1 and one != other
    dashes = "lines => [...new Set(lines.map(line => getComputedStyle(line).strokeDasharray))]"
    (reference,) = page.locator("#exclusion line.reference").evaluate_all(dashes)
    assert reference != "none" and reference not in page.locator("#exclusion line:not(.reference)").evaluate_all(dashes)

    pairs = page.request.get(f"/api/admin/studies/{twins}/results").json()["effects"]["conditions"]["numbers"]["pairs"]
    clear = [pair for pair in pairs if pair["winRate"]["low"] is not None and not pair["winRate"]["low"] <= 0.5 <= pair["winRate"]["high"]]
    framed = page.locator("#win-rates rect.cell").evaluate_all("cells => cells.filter(cell => getComputedStyle(cell).stroke !== 'none').length")
    assert framed == 2 * len(clear)

    page.goto(f"/admin/results?study={study}")
    page.locator("main:not([aria-busy])").wait_for()
    fills = "boxes => [...new Set(boxes.map(box => getComputedStyle(box).fill))]"
    assert page.locator("#sample rect.outline").evaluate_all(fills) == ["none"]
    (bar,) = page.locator("#sample rect.bar").evaluate_all(fills)
    assert bar != "none"
    for address in (study, twins):
        page.goto(f"/admin/results?study={address}")
        page.locator("main:not([aria-busy])").wait_for()
        colours = page.locator(".plot svg *").evaluate_all("""all => [...new Set(all.flatMap(each => {
            const { fill, stroke } = getComputedStyle(each);
            return [fill, stroke];
        }))]""")
        for colour in colours:
            parts = [float(part) for part in re.findall(r"[\d.]+", colour)][:3]
            assert colour == "none" or max(parts) - min(parts) <= 16, colour


def test_figures_fit_a_phone_and_keep_their_words_readable(admin, study: str):
    page = admin(f"/admin/results?study={study}")
    page.set_viewport_size({"width": 390, "height": 844})
    plot = page.locator("#agreement svg")
    expect(plot).to_have_attribute("viewBox", re.compile(r"^0 0 3\d\d "))
    sizes = plot.locator("text").evaluate_all("texts => texts.map(text => text.getBoundingClientRect().height)")
    assert min(sizes) >= 11
    inside = page.evaluate("""() => [...document.querySelectorAll(".plot svg")].every(svg => {
        const frame = svg.closest(".part").getBoundingClientRect();
        return [...svg.querySelectorAll("text")].every(text => {
            const box = text.getBoundingClientRect();
            return box.left >= frame.left - 1 && box.right <= frame.right + 1;
        });
    })""")
    assert inside


def test_a_researcher_sees_what_is_covered_but_cannot_uncover_it(admin, server: Server, variant):
    name = variant("unshared", COMPARED)
    page = admin(f"/admin/results?study={name}", "rita", "researcher")
    expect(page.get_by_role("alert")).to_contain_text("there is no study named")
    anna = admin("/admin/")
    assert anna.request.put(f"/api/admin/studies/{name}/users/rita", data={}).ok
    page.reload()
    covered = page.get_by_role("region", name="Covered until the study has its sample")
    expect(covered).to_contain_text("An admin can uncover them")
    expect(page.get_by_role("button", name="Uncover them now")).to_be_hidden()
    expect(page.locator("#attrition")).to_contain_text("Nobody has given consent yet")
    assert faults(page) == []
    refused = page.request.post(f"/api/admin/studies/{name}/results/uncover", data={"reason": "me"})
    assert refused.status == 403


def test_a_researcher_opens_the_whole_report_and_fetches_it_as_json(admin, server: Server, twins: str, tmp_path: Path):
    admin("/admin/", "rita", "researcher")      # so that there is a rita
    server.command("study", "share", twins, "--with", "rita")
    page = admin(f"/admin/results?study={twins}", "rita", "researcher")
    expect(page.locator("#report")).to_contain_text("agreement and quality in and out of distribution")
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="as JSON").click()
    assert download.value.suggested_filename == f"{twins}-report.json"
    fetched = json.loads(Path(download.value.path()).read_text())
    server.command("report", "--study", twins, "--out", str(tmp_path / "report.html"))
    written = json.loads((tmp_path / "report.json").read_text())
    assert {**fetched, "readAt": ""} == {**written, "readAt": ""}

    page.get_by_role("link", name="The whole report").click()
    expect(page.get_by_role("heading", name="Time per phase")).to_be_visible()
    expect(page.get_by_role("table", name="Each pair").get_by_role("row")).to_have_count(7)
    # Its own styles hold, and there is nothing in it that could run.
    assert page.locator("section").first.evaluate("section => getComputedStyle(section).borderTopWidth") == "2px"
    assert page.locator("svg text").first.evaluate("text => getComputedStyle(text).fill") == "rgb(17, 17, 17)"
    assert page.evaluate("document.scripts.length") == 0
    page.go_back()
    expect(page.get_by_role("link", name="The whole report")).to_be_visible()
    server.command("study", "unshare", twins, "--from", "rita")


def test_the_report_is_a_page_that_stands_by_itself(browser, server: Server, study: str, tmp_path: Path):
    file = tmp_path / "report.html"
    server.command("report", "--study", study, "--out", str(file), "--uncover", "A check of the report")
    page = browser.new_page(viewport={"width": 320, "height": 640})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert asked == [file.as_uri()]
    numbers = json.loads(file.with_suffix(".json").read_text())
    expect(page.get_by_role("table", name="Each pair")).to_contain_text(str(numbers["conditions"]["numbers"]["pairs"][0]["memberRounds"]))
    page.evaluate(AXE)
    violations = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.emulate_media(media="print")
    assert page.locator("svg text").first.evaluate("text => getComputedStyle(text).fill") == "rgb(17, 17, 17)"
    page.close()
