"""Making a dump on the page Data, and fetching it."""

import json
import re
import zipfile

from playwright.sync_api import expect

from looks import faults
from studies import QUICK


def test_an_admin_makes_a_dump_and_fetches_it(admin, server, tmp_path):
    page = admin("/admin/data?study=demo")
    assert faults(page) == []
    expect(page.get_by_role("checkbox", name=re.compile("^Parquet .*also of the candidate comparisons"))).not_to_be_checked()
    page.get_by_role("button", name="Make a dump").click()
    link = page.get_by_role("link", name="demo-").first
    expect(link).to_be_visible(timeout=60_000)
    assert faults(page) == []
    with page.expect_download() as fetched:
        link.click()
    path = tmp_path / "dump.zip"
    fetched.value.save_as(path)
    names = zipfile.ZipFile(path).namelist()
    assert {"datapackage.json", "codebook.md", "participants.csv", "ratings.csv", "candidate_comparisons.jsonl"} <= set(names)
    assert not [name for name in names if name.endswith(".parquet")]
    assert "is whole" in server.command("export", "--check", str(path))


def test_a_dump_since_one_that_is_gone_is_made_from_its_descriptor_with_thresholds_and_a_licence(admin, server, variant, tmp_path):
    study = variant("since", QUICK)
    server.command("simulate", "--study", study, "--participants", "3", "--url", server.url, "--seed", "4")
    page = admin(f"/admin/data?study={study}")
    expect(page.get_by_text("The study does not have its sample yet.")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="Results")).to_have_attribute("href", f"/admin/results?study={study}")
    page.get_by_text("More choices").click()
    assert faults(page) == []
    page.get_by_label("Least mean quality, 1 to 7").fill("2.5")
    page.get_by_label("Seed of the split").fill("9")
    page.get_by_label("Licence").fill("CC0-1.0")
    page.get_by_role("button", name="Make a dump").click()
    link = page.get_by_role("link", name=re.compile(rf"^{study}-\d+(-without-[\d-]+)?\.zip"))
    expect(link).to_be_visible()
    with page.expect_download() as fetched:
        link.click()
    whole = zipfile.ZipFile(fetched.value.path())
    package = json.loads(whole.read("datapackage.json"))
    assert package["licenses"][0]["name"] == "CC0-1.0"
    options = json.loads(whole.read("training-sets.json"))["options"]
    assert options["quality"] == 2.5 and options["splits"]["seed"] == 9

    person = whole.read("participants.csv").decode().split("\n")[1].split(",")[0]
    server.command("participant", "erase", person)
    page.reload()
    expect(page.get_by_text("No dump has been made yet")).to_be_visible()
    page.get_by_text("More choices").click()
    choice = page.get_by_label("Or since a dump that you have")
    choice.set_input_files({"name": "datapackage.json", "mimeType": "application/json", "buffer": b"{}"})
    page.get_by_role("button", name="Make a dump").click()
    expect(page.get_by_text("This file is no datapackage.json of a dump.")).to_be_visible()
    descriptor = tmp_path / "datapackage.json"
    descriptor.write_bytes(whole.read("datapackage.json"))
    choice.set_input_files(descriptor)
    page.get_by_role("button", name="Make a dump").click()
    link = page.get_by_role("link", name=re.compile(rf"^{study}-\d+-since-\d+\.zip"))
    expect(link).to_be_visible()
    with page.expect_download() as fetched:
        link.click()
    assert person in zipfile.ZipFile(fetched.value.path()).read("tombstones.csv").decode()
    page.goto("/admin/log")
    expect(page.get_by_role("row").filter(has_text="Made a dump").filter(has_text=study).first).to_contain_text("covered: true")


def test_a_researcher_is_not_offered_ids_of_platforms(admin, server, variant):
    study = variant("with-researchers", QUICK)
    admin("/admin/", "rita", "researcher")      # so that there is a rita
    server.command("study", "share", study, "--with", "rita")
    page = admin(f"/admin/data?study={study}", "rita", "researcher")
    page.get_by_text("More choices").click()
    expect(page.get_by_label("Simulated people beside real ones")).to_be_visible()
    expect(page.get_by_text("Ids of the recruitment platform")).to_be_hidden()
    server.command("study", "unshare", study, "--from", "rita")
