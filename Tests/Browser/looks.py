"""What is asked of every page in every state: axe-core finds nothing, in light and dark, and it fits 320 pixels."""

from importlib import resources

from playwright.sync_api import Page

# Dark is other colours and nothing else: these are the rules that look at colours.
DARK = {"runOnly": ["color-contrast", "link-in-text-block"]}
AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()


def faults(page: Page) -> list[str]:
    """The faults of the page as it is now, one line each."""
    where = page.evaluate("document.body.dataset.step ?? ''")
    size = page.viewport_size
    found = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    for scheme, options in (("light", {}), ("dark", DARK)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        outcome = page.evaluate("options => axe.run(document, { resultTypes: ['violations'], ...options })", options)
        for violation in outcome["violations"]:
            targets = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
            found.append(f"{where} ({scheme}): {violation['id']}: {violation['help']}: {', '.join(targets)}")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")

    page.set_viewport_size({"width": 320, "height": 640})
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > 320:
        found.append(f"{where}: scrolls sideways at 320 pixels ({width})")
    found += [f"{where}: {target} is lower than 44 pixels" for target in page.evaluate(
        """() => [...document.querySelectorAll("button, summary, textarea, select, a, .scale label, .options label")]
            // A link within a sentence is as high as the sentence.
            .filter(target => target.checkVisibility({ visibilityProperty: true })
                && getComputedStyle(target).display !== "inline"
                && target.getBoundingClientRect().height < 44)
            .map(target => target.textContent.trim())"""
    )]
    page.set_viewport_size(size)
    return found
