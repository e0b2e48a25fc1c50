"""People who take part over the participants' API, without a browser: for pages of admins, who see what they did."""

from contextlib import contextmanager

from person import OPINIONS


class Caller:
    """One participant. With a platform id they come by a platform's link."""

    def __init__(self, playwright, server, study: str, platform_id: str | None = None):
        self.api = playwright.request.new_context(base_url=server.url)
        if platform_id:
            assert self.api.get(f"/join/{study}?PROLIFIC_PID={platform_id}&STUDY_ID=s&SESSION_ID={platform_id}-s").ok
        joined = self.api.post(f"/api/studies/{study}/participants", data={"consent": True})
        assert joined.status == 201, joined.text()
        assert self.api.post("/api/participation/instructions", data={"understood": True}).ok

    @property
    def state(self) -> dict:
        return self.api.get("/api/participation").json()

    def write(self, text: str, round: int = 1) -> None:
        assert self.api.post("/api/participation/stance", data={"round": round, "affirming": 6, "negating": 2}).ok
        sent = self.api.post("/api/participation/opinion", data={"round": round, "text": text})
        assert sent.ok, sent.text()

    def rate_everything(self) -> list[str]:
        """Rates whatever is before them, and gives what they read."""
        read = []
        while "statement" in (state := self.state):
            read.append(state["statement"]["text"])
            rating = {"statement": state["statement"]["id"], "agreement": 5, "quality": 4}
            assert self.api.post("/api/participation/rating", data=rating).ok
        return read

    def read_debriefing(self) -> None:
        assert self.api.post("/api/participation/debriefing", data={"read": True}).ok


@contextmanager
def callers(playwright, server, study: str, platform_ids: list):
    """People, one for each platform id or None; in a study of groups of three, every three of them are a group."""
    people = [Caller(playwright, server, study, id) for id in platform_ids]
    try:
        yield people
    finally:
        for person in people:
            person.api.dispose()


def write_opinions(people: list[Caller], texts: list[str] = OPINIONS) -> None:
    for person, text in zip(people, texts, strict=True):
        person.write(text)
