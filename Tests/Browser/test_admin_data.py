"""Making a dump on the page Data, and fetching it."""

import zipfile

from playwright.sync_api import expect

from looks import faults
from studies import QUICK


def test_an_admin_makes_a_dump_and_fetches_it(admin, server, tmp_path):
    page = admin("/admin/data?study=demo")
    assert faults(page) == []
    page.get_by_role("button", name="Make a dump").click()
    link = page.get_by_role("link", name="demo-").first
    expect(link).to_be_visible(timeout=60_000)
    assert faults(page) == []
    with page.expect_download() as fetched:
        link.click()
    path = tmp_path / "dump.zip"
    fetched.value.save_as(path)
    names = zipfile.ZipFile(path).namelist()
    assert {"datapackage.json", "codebook.md", "participants.csv", "ratings.csv"} <= set(names)
    assert "is whole" in server.command("export", "--check", str(path))


def test_a_researcher_is_not_offered_ids_of_platforms(admin, server, variant):
    study = variant("with-researchers", QUICK)
    admin("/admin/", "rita", "researcher")      # so that there is a rita
    server.command("study", "share", study, "--with", "rita")
    page = admin(f"/admin/data?study={study}", "rita", "researcher")
    page.get_by_text("More choices").click()
    expect(page.get_by_label("Simulated people beside real ones")).to_be_visible()
    expect(page.get_by_text("Ids of the recruitment platform")).to_be_hidden()
    server.command("study", "unshare", study, "--from", "rita")
