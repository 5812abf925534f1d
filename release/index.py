"""A package index on loopback with one package, such as anybody can put into a public one."""

import http.server
import io
import threading
import zipfile


class Index:
    """Serves NAME at VERSION, a program that prints its version, as long as it is entered."""

    def __init__(self, name: str, version: str):
        self.asked: list[str] = []  # the packages that were asked for
        self._name = name
        stem = f"{name.replace('-', '_')}-{version}"
        self._files = {f"/{stem}-py3-none-any.whl": _wheel(name, version, stem)}
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/simple/"

    def __enter__(self) -> "Index":
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type:
        index = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/simple/"):
                    name = self.path.split("/")[2]
                    index.asked.append(name)
                    links = [f'<a href="{path}">{path[1:]}</a>' for path in index._files if name == index._name]
                    body, kind = f"<!DOCTYPE html>{''.join(links)}".encode(), "text/html"
                else:
                    body, kind = index._files.get(self.path), "application/octet-stream"
                if not body or kind == "text/html" and not links:
                    return self.send_error(404)
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *_) -> None:
                pass

        return Handler


def _wheel(name: str, version: str, stem: str) -> bytes:
    files = {
        f"{stem}.data/scripts/{name}": f"#!python\nprint('{name} v{version}')\n",
        f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: tap-reprise\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{stem}.dist-info/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{stem}.dist-info/RECORD"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, text)
    return out.getvalue()
