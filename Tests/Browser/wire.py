"""Every byte a browser receives: a plain TCP relay between one participant's browser and the server."""

import json
import re
import socket
import threading


class Wire:
    """Relays connections to `port` and keeps what the server sends, until it first sends the debriefing.

    The relay knows nothing of HTTP, so it misses nothing: headers, pages, scripts, State, events. The browser must ask
    for identity encoding, so that the bytes can be read.
    """

    def __init__(self, port: int):
        self.port = port
        self._lock = threading.Lock()
        self._streams: list[bytearray] = []
        self._is_over = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                return
            stream = bytearray()
            with self._lock:
                self._streams.append(stream)
            threading.Thread(target=self._relay, args=(browser, server, None), daemon=True).start()
            threading.Thread(target=self._relay, args=(server, browser, stream), daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket, stream: bytearray | None) -> None:
        try:
            while data := source.recv(65536):
                if stream is not None:
                    self._keep(stream, data)
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _keep(self, stream: bytearray, data: bytes) -> None:
        with self._lock:
            if self._is_over:
                return
            stream += data
            if re.search(rb'"step"\s*:\s*"debriefing"', stream):
                self._is_over = True
                del stream[stream.rindex(b"HTTP/1.1 200"):]      # the reply with the debriefing in it

    @property
    def saw_debriefing(self) -> bool:
        return self._is_over

    @property
    def received(self) -> bytes:
        """All bytes before the debriefing, chunk sizes of chunked replies taken out so that no word is cut in two."""
        with self._lock:
            return re.sub(rb"\r\n[0-9A-Fa-f]{1,8}\r\n", b"", b"\n".join(bytes(stream) for stream in self._streams))

    def states(self) -> list[dict]:
        """Each State among the bytes."""
        found, text, decoder = [], self.received.decode("utf-8", "replace"), json.JSONDecoder()
        for match in re.finditer(r'\{"', text):
            try:
                value, _ = decoder.raw_decode(text, match.start())
            except ValueError:
                continue
            if isinstance(value, dict) and "step" in value and "study" in value:
                found.append(value)
        return found

    def close(self) -> None:
        self._listener.close()
