"""The model registry: training with progress, evaluations side by side, and what to write into a study's file."""

import random
import re

from playwright.sync_api import expect

from looks import faults
from person import PHONE

SIDES = ["I am all for it; it would help everybody.", "I am against it; it costs too much and helps nobody."]


def write_ratings(folder) -> None:
    """A dump in which people agree with statements of their own side, but for some noise."""
    noise = random.Random(1)
    rounds, opinions = ["round_id,group_id,question,split"], ["round_id,participant_id,text"]
    statements, ratings = ["statement_id,text,malformed,author_participant_id"], ["statement_id,participant_id,round_id,agreement"]
    for split in ("train", "validation"):
        for group in range(8):
            round = f"{split}-{group}"
            rounds.append(f"{round},{round},Should we do thing number {group % 4} of {split}?,{split}")
            statements += [f'{round}-s{side},"We agree. {text}",f,' for side, text in enumerate(SIDES)]
            for member in range(3):
                opinions.append(f'{round},{round}-m{member},"{SIDES[member % 2]}"')
                for side in range(2):
                    agreement = noise.randint(5, 7) if side == member % 2 else noise.randint(1, 3)
                    ratings.append(f"{round}-s{side},{round}-m{member},{round},{agreement}")
    for name, lines in [("rounds", rounds), ("opinions", opinions), ("statements", statements), ("ratings", ratings)]:
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


def test_a_model_is_trained_with_progress_compared_and_chosen_for_a_study(admin, server, tmp_path):
    page = admin("/admin/models")
    expect(page.get_by_text("No models are registered yet.")).to_be_visible()
    assert faults(page) == []

    write_ratings(tmp_path)
    server.command("model", "import-ratings", "pilot", str(tmp_path))
    page.reload()
    train = page.locator("#train")
    train.get_by_label("Name").fill("agreement")
    train.get_by_role("button", name="Train").click()
    expect(train.get_by_role("alert")).to_contain_text("say which ratings to use")
    train.get_by_label("pilot").check()
    train.get_by_text("More settings").click()
    train.get_by_label("Components").fill("2")
    train.get_by_role("button", name="Train").click()
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    model = page.locator("#models > li").filter(has=page.get_by_role("heading", name="agreement@1"))
    expect(model).to_be_visible(timeout=180_000)
    expect(model).to_contain_text("48 ratings of 8 groups")
    expect(model).to_contain_text("pilot (imported)")
    expect(model).to_contain_text("may choose statements")

    # The picture, and the same as a table.
    expect(page.locator("#picture svg .mark")).to_have_count(4)
    expect(page.get_by_role("region", name="Evaluations", exact=True).get_by_role("row")).to_have_count(5)
    assert faults(page) == []
    page.set_viewport_size(PHONE)
    assert faults(page) == []

    page.get_by_label("Model", exact=True).first.select_option("agreement@1")
    page.get_by_label("Study", exact=True).select_option("demo")
    expect(page.locator("#snippet")).to_have_text("preference_model: agreement@1")
    page.get_by_role("button", name="Copy", exact=True).click()
    assert page.evaluate("navigator.clipboard.readText()") == "preference_model: agreement@1"
    expect(page.locator("#told")).to_have_text("preference_model: agreement@1 was copied.")
    # Over plain HTTP, other than on this machine, browsers have no clipboard.
    page.evaluate("void Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    model.get_by_role("button", name="Copy agreement@1").click()
    expect(page.locator("#told")).to_contain_text("Your browser does not let pages copy")
    expect(page.get_by_role("link", name="To the study’s settings")).to_have_attribute("href", "/admin/settings?study=demo")

    # One that sees nothing worth seeing is refused in plain words.
    flat = tmp_path / "flat"
    flat.mkdir()
    write_ratings(flat)
    rows = (flat / "ratings.csv").read_text().splitlines()
    noise = random.Random(2)
    (flat / "ratings.csv").write_text("\n".join([rows[0]] + [f"{row.rsplit(',', 1)[0]},{noise.randint(1, 7)}" for row in rows[1:]]) + "\n")
    server.command("model", "import-ratings", "noise", str(flat))
    page.reload()
    evaluate = page.locator("#evaluate")
    evaluate.get_by_label("noise").check()
    evaluate.get_by_role("button", name="Evaluate").click()
    expect(model).to_contain_text("does not beat its baselines", timeout=180_000)
    expect(model).to_contain_text("On validation:")
    expect(model).to_contain_text("unless their file says force_preference_model: true")
    assert faults(page) == []


def test_the_form_of_a_study_and_the_training_offer_the_models_that_fit(admin, server, tmp_path):
    server.sql("""
        INSERT INTO models (name, version, kind, file, sha256)
        VALUES ('writer', 1, 'base', '/models/writer.gguf', 'of the writer'), ('scores', 1, 'reward', '/models/scores.gguf', 'of the scores')
        """)
    page = admin("/admin/settings")
    expect(page.locator("#verdict .fine")).to_be_visible()
    page.evaluate("document.querySelectorAll('details.part').forEach((part) => { part.open = true; })")

    def offered(select) -> set[str]:
        return set(select.locator("option").all_inner_texts())

    preference = page.locator('[data-path="preference_model"] select')
    assert offered(preference) >= {"– left out –", "scores@1"} and "writer@1" not in offered(preference)
    preference.select_option("scores@1")
    expect(page.locator("#file")).to_have_value(re.compile(r"\npreference_model: scores@1\n"))
    writer = page.locator('[data-path="conditions.1.model"] select')
    assert offered(writer) >= {"– left out –", "writer@1"} and "scores@1" not in offered(writer)
    writer.select_option("writer@1")
    expect(page.locator("#file")).to_have_value(re.compile(r"\n    model: writer@1\n"))
    # What the file says and the server does not have is shown as such.
    page.locator("#file").fill(page.locator("#file").input_value().replace("scores@1", "scores@7"))
    expect(preference.locator(":checked")).to_have_text("scores@7 – unknown")
    assert faults(page) == []

    write_ratings(tmp_path)
    server.command("model", "import-ratings", "ranked", str(tmp_path))
    page = admin("/admin/models")
    train = page.locator("#train")
    train.get_by_text("More settings").click()
    scores = train.get_by_label("Scores of a reward model")
    assert offered(scores) == {"– none –", "scores@1"}
    scores.select_option("scores@1")
    assert faults(page) == []
    train.get_by_label("Name").fill("scaled")
    train.get_by_label("ranked").check()
    with page.expect_request("**/models/trainings") as asked:
        train.get_by_role("button", name="Train").click()
    assert asked.value.post_data_json["rewardModel"] == "scores@1"
    # The file is not there.
    expect(page.locator("#fault")).not_to_be_empty()


def test_a_researcher_reads_the_registry_and_trains_nothing(admin):
    page = admin("/admin/models", "rita", "researcher")
    expect(page.get_by_role("heading", name="Registered models")).to_be_visible()
    expect(page.get_by_role("heading", name="Train a preference model")).to_be_hidden()
    assert faults(page) == []
