"""Signing in to the admin pages, users, tokens, the log."""

import re

from playwright.sync_api import Browser, expect

from looks import faults
from server import Server


def test_whoever_is_not_signed_in_signs_in_and_goes_on(browser: Browser, server: Server, signed_in):
    signed_in("anna")
    page = browser.new_page(base_url=server.url)
    page.goto("/admin/users")
    expect(page).to_have_url(re.compile("/admin/sign-in"))
    assert faults(page) == []
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Password").fill("four words for anna")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Users", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Concord")).to_be_visible()
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/admin/sign-in"))
    page.close()


def test_whoever_has_a_one_time_password_chooses_another_and_has_to_type_it_twice(browser: Browser, server: Server):
    password = server.command("user", "create", "beginner", "--role", "researcher").strip()
    page = browser.new_page(base_url=server.url)
    page.goto("/admin/sign-in")
    page.get_by_label("Name").fill("beginner")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    expect(page.get_by_text("your tokens for scripts stop working for good")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Present or one-time password").fill(password)
    page.get_by_label("New password", exact=True).fill("four words for beginner")
    page.get_by_label("New password, again").fill("other words for beginner")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).not_to_be_empty()
    assert faults(page) == []
    page.get_by_label("New password, again").fill("four words for beginner")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Studies")).to_be_visible()
    server.command("user", "disable", "beginner")
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/admin/sign-in"))
    page.close()


def test_signing_in_leads_to_no_other_site(browser: Browser, server: Server, signed_in):
    signed_in("anna")
    for elsewhere in ["//evil.example/", "https://evil.example/", "/admin/../join/demo", "/admin//evil.example"]:
        page = browser.new_page(base_url=server.url)
        page.goto(f"/admin/sign-in?to={elsewhere}")
        page.get_by_label("Name").fill("anna")
        page.get_by_label("Password").fill("four words for anna")
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(server.url + "/admin/")
        page.close()


def test_an_admin_makes_a_user_changes_their_role_and_keeps_them_out(admin, server: Server):
    page = admin("/admin/users")
    page.get_by_label("Name").fill("Not A Name")
    page.get_by_role("button", name="Make the user").click()
    expect(page.get_by_role("alert")).to_contain_text("lower-case letters")
    page.get_by_label("Name").fill("newcomer")
    page.get_by_label("Role").select_option("researcher")
    page.get_by_role("button", name="Make the user").click()
    expect(page.locator(".secret")).to_have_text(re.compile(r"^[a-z2-9]{5}(-[a-z2-9]{5}){3}$"))
    row = page.get_by_role("row", name="newcomer")
    expect(row).to_contain_text("researcher")
    assert faults(page) == []

    page.get_by_role("button", name="Make admin: newcomer").click()
    page.get_by_role("dialog").get_by_role("button", name="Make admin").click()
    expect(row.locator(".badge")).to_have_text("admin")
    page.get_by_role("button", name="Disable: newcomer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("signed out")
    dialog.get_by_role("button", name="Cancel").click()
    expect(row.locator(".badge")).to_have_text("admin")
    page.get_by_role("button", name="Disable: newcomer").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(row.locator(".badge")).to_have_text("admin, disabled")

    page.goto("/admin/log")
    log = page.get_by_role("table")
    for action in ["Made a user", "Changed a user's role", "Kept a user out"]:
        expect(log.get_by_role("row").filter(has_text=action).filter(has_text="newcomer")).to_have_count(1)
    # Everything that was done has words, and ids are not in the way.
    assert not [said for said in log.locator("tbody td:nth-child(3)").all_inner_texts() if "." in said]
    assert not re.search("[0-9a-f]{8}-[0-9a-f]{4}-", log.locator("tbody").inner_text(), re.IGNORECASE)
    assert faults(page) == []
    page.get_by_label("Who", exact=True).select_option("anna")
    page.get_by_label("What", exact=True).select_option("Changed a user's role")
    rows = log.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("anna")
    expect(rows).to_contain_text("newcomer")
    page.get_by_label("What", exact=True).select_option("Shared a study")
    expect(page.get_by_text("There is nothing of this in the log.")).to_be_visible()
    assert faults(page) == []


def test_a_token_is_shown_once_works_and_is_revoked(admin, playwright, server: Server):
    page = admin("/admin/account")
    page.get_by_label("Name of a new token").fill("Nightly export")
    page.get_by_role("button", name="Make a token").click()
    secret = page.locator(".secret")
    expect(secret).to_have_text(re.compile(r"^[\w-]{43}$"))
    script = playwright.request.new_context(
        base_url=server.url, extra_http_headers={"Authorization": f"Bearer {secret.inner_text()}"})
    assert script.get("/api/admin/studies").ok
    assert faults(page) == []
    page.get_by_role("button", name="Revoke Nightly export").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("You have no tokens.")).to_be_visible()
    assert script.get("/api/admin/studies").status == 401
    script.dispose()


def test_a_researcher_has_no_pages_of_admins(admin):
    page = admin("/admin/", "rita", "researcher")
    expect(page.get_by_role("navigation", name="Admin pages").get_by_role("link")).to_have_text(
        ["Studies", "Question sets", "Models"])
    expect(page.get_by_text("There are no studies here yet.")).to_be_visible()
    assert faults(page) == []
    page.goto("/admin/users")
    expect(page.get_by_role("alert")).to_contain_text("Only admins may do this")
