"""A concord server over a data folder of its own, with the demo study open in it."""

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# How long a group may wait for its statements, in seconds: a real model writes them, on whatever machine this is.
PATIENCE = float(os.environ.get("CONCORD_TEST_PATIENCE", "900"))

# A database named in the environment is not for tests: they use the private cluster in a folder of their own.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "CONCORD_DATABASE_URL")}


class Server:
    """One `concord serve`, its data folder, and the command line on the same data."""

    def __init__(self, binary: str, data: Path, log: Path):
        self.binary = binary
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log

    def command(self, *arguments: str) -> str:
        """Runs `concord …` on this server's data, and gives what it wrote."""
        done = subprocess.run(
            [self.binary, *arguments, "--data", str(self.data)],
            cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=300,
        )
        if done.returncode != 0:
            raise RuntimeError(f"concord {' '.join(arguments)} ended with {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout

    def sql(self, statement: str) -> str:
        """Runs SQL on this server's private cluster, as the user who owns it, and gives what it returned."""
        postmaster = (self.data / "postgres").resolve() / "data" / "postmaster.pid"
        sockets = postmaster.read_text().splitlines()[4]
        owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*owner, "psql", "-h", sockets, "-p", "5432", "-U", "concord", "-d", "concord", "-v", "ON_ERROR_STOP=1", "-qAt"],
            input=statement, cwd="/", capture_output=True, text=True, timeout=120,
        )
        if done.returncode != 0:
            raise RuntimeError(f"psql ended with {done.returncode}: {done.stderr}")
        return done.stdout.strip()

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
def demo_server(binary: str, log: Path):
    """Starts `concord serve` with a data folder of its own, opens the demo study in it, and ends the server afterwards,
    by its process id. What the server writes goes to `log`."""
    with tempfile.TemporaryDirectory(prefix="concord-") as folder:
        # So that the user postgres can enter it when this is root, and the cluster goes with the folder.
        os.chmod(folder, 0o755)
        with running(Server(binary, Path(folder), log)) as server:
            server.command("questions", "import", "Examples/questions.csv", "--set", "examples")
            server.command("study", "create", "Examples/demo-study.yml")
            server.command("study", "open", "demo")
            yield server


@contextmanager
def running(server: Server):
    """Runs the server while the block lasts."""
    with open(server.log, "wb") as log:
        process = subprocess.Popen(
            [server.binary, "serve", "--host", "127.0.0.1", "--port", str(server.port), "--data", str(server.data)],
            cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            server.wait_until_ready(process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
