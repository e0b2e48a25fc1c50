"""Takes pictures of the admin pages, at two widths, into docs/screenshots/admin.

Run by `scripts/browser-tests.sh BINARY --screenshots`, after the participants' pages. Simulated people have taken the demo
study before, and others are in the middle of it. CONCORD_SCREENSHOTS names another folder.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from conftest import launch
from person import DESKTOP, PHONE
from server import ENVIRONMENT, PATIENCE, ROOT, demo_server

FOLDER = Path(os.environ.get("CONCORD_SCREENSHOTS", ROOT / "docs" / "screenshots")) / "admin"


def picture(page: Page, name: str) -> None:
    for width, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        page.set_viewport_size(viewport)
        page.screenshot(path=FOLDER / f"{name}-{width}.png", scale="css")
    page.set_viewport_size(DESKTOP)
    print(f"admin/{name}: pictured", flush=True)


def visit(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("main:not([aria-busy])").wait_for()


def sign_in(page: Page, server) -> None:
    password = server.command("user", "create", "anna").strip()
    page.goto("/admin/")
    picture(page, "sign-in")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Present or one-time password").fill(password)
    page.get_by_label("New password", exact=True).fill("four words for anna")
    page.get_by_label("New password, again").fill("four words for anna")
    page.get_by_role("button", name="Change password").click()
    page.get_by_role("heading", name="Studies").wait_for()


def preview(page: Page) -> None:
    """A walk with one's own hand as the first member, the others by themselves."""
    visit(page, "/admin/preview?study=demo")
    page.get_by_role("button", name="Begin", exact=True).click()
    member = page.frame_locator('iframe[title="Member 1"]')
    member.get_by_role("button", name="I agree to take part").click()
    member.get_by_role("button", name="I have read this").click()
    member.locator("label:has(input[name=affirming])").first.wait_for()
    picture(page, "preview")
    page.get_by_role("button", name="End the preview").click()


def rehearse(page: Page) -> None:
    visit(page, "/admin/rehearsal?study=demo")
    page.get_by_role("button", name="Begin the rehearsal").click()
    page.get_by_role("heading", name="What came of it").wait_for(timeout=PATIENCE * 1000)
    picture(page, "rehearsal")


def look_at_an_import(page: Page) -> None:
    visit(page, "/admin/question-import")
    page.get_by_label("File", exact=True).set_input_files(ROOT / "Examples" / "questions.csv")
    page.get_by_label("Question set", exact=True).fill("mine")
    page.get_by_role("button", name="See what it would change").click()
    page.locator("#preview .figures").wait_for()
    picture(page, "question-import")


def uncover(page: Page) -> None:
    visit(page, "/admin/results?study=demo")
    page.get_by_role("button", name="Uncover them now").click()
    page.get_by_label("Why now").fill("For a picture")
    page.get_by_role("button", name="Uncover", exact=True).click()
    page.locator("#agreement").get_by_role("img").wait_for()
    page.locator("#agreement").scroll_into_view_if_needed()
    page.screenshot(path=FOLDER / "results-uncovered-desktop.png", scale="css", full_page=True)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    log = Path(tempfile.mkstemp(suffix=".log")[1])
    expect.set_options(timeout=120_000)
    with demo_server(os.environ["CONCORD_BINARY"], log) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        simulate = [server.binary, "simulate", "--study", "demo", "--url", server.url, "--data", str(server.data)]
        subprocess.run([*simulate, "--participants", "9"], cwd=ROOT, env=ENVIRONMENT, check=True, timeout=PATIENCE)
        under_way = subprocess.Popen(
            [*simulate, "--participants", "7", "--slow", "1"], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        context = browser.new_context(base_url=server.url, viewport=DESKTOP, reduced_motion="reduce")
        page = context.new_page()
        page.on("pageerror", lambda error: sys.exit(f"an error on the page: {error}"))
        sign_in(page, server)
        visit(page, "/admin/")
        picture(page, "studies")
        for name in ("study", "settings", "recruitment", "watch", "texts", "payments", "results", "data"):
            visit(page, f"/admin/{name}?study=demo")
            picture(page, name)
        uncover(page)
        for name in ("question-sets", "models", "users", "account", "log"):
            visit(page, f"/admin/{name}")
            picture(page, name)
        for name in ("question-set", "question-topics", "question-writing", "question-versions", "question-screen"):
            visit(page, f"/admin/{name}?set=examples")
            picture(page, name)
        look_at_an_import(page)
        preview(page)
        rehearse(page)
        under_way.terminate()
        under_way.wait()
        browser.close()


if __name__ == "__main__":
    main()
