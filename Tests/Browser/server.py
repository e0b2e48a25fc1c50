"""A concord server over a data folder of its own, with the demo study open in it."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# How long a group may wait for its statements, in seconds: a real model writes them, on whatever machine this is.
PATIENCE = float(os.environ.get("CONCORD_TEST_PATIENCE", "900"))


class Server:
    def __init__(self, binary: str, data: Path):
        self.binary = binary
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "server.log"

    def command(self, *arguments: str) -> str:
        """Runs `concord …` on this server's data, and gives what it wrote."""
        done = subprocess.run(
            [self.binary, *arguments, "--data", str(self.data)],
            cwd=ROOT, capture_output=True, text=True, timeout=300,
        )
        if done.returncode != 0:
            raise RuntimeError(f"concord {' '.join(arguments)} ended with {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout

    def wait_until_ready(self, process: subprocess.Popen, seconds: float = 300) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if process.poll() is not None:
                raise RuntimeError(f"concord serve ended with {process.returncode}:\n{self.log.read_text()[-4000:]}")
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as reply:
                    if reply.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.2)
        raise RuntimeError(f"concord serve was not ready after {seconds:.0f} s:\n{self.log.read_text()[-4000:]}")


@contextmanager
def demo_server(binary: str, data: Path):
    """Starts `concord serve`, opens the demo study in it, and ends the server afterwards, by its process id."""
    data.mkdir(parents=True, exist_ok=True)
    server = Server(binary, data)
    # A database named in the environment is not for tests: this server uses the private cluster in its data folder.
    environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "CONCORD_DATABASE_URL")}
    with open(server.log, "wb") as log:
        process = subprocess.Popen(
            [binary, "serve", "--host", "127.0.0.1", "--port", str(server.port), "--data", str(data)],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            server.wait_until_ready(process)
            server.command("questions", "import", "Examples/questions.csv", "--set", "examples")
            server.command("study", "create", "Examples/demo-study.yml")
            server.command("study", "open", "demo")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
