"""A shop's own page, with a script of ours in it: another site, with rules and a style of its own."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit

HOSTILE = """
    * { display: none; font: 40px serif !important; color: red !important }
    html, head ~ body, main, button.own, a { display: block }
    body > * { position: static !important; opacity: 0.1 !important; visibility: hidden; transform: rotate(9deg) !important }
    html * { visibility: visible }
    main { block-size: 3000px }
"""
POLICY = (
    "default-src 'none'; style-src 'nonce-x'; script-src {base}; frame-src {base}; require-trusted-types-for 'script'"
)


class Shop(BaseHTTPRequestHandler):
    """A page on 127.0.0.1: for browsers another site than localhost, and as near as our own."""

    html, policy = "", ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        self.wfile.write(self.html.encode())

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def shop(address: str) -> Callable[..., Page]:
    """Opens its page, with our script at the end."""

    def come(
        visitor: Visit,
        *,
        at: str = "help",
        language: str = "en",
        script: str = "",
        style: str = "",
        twice: bool = False,
    ) -> Page:
        tag = f'<script src="{visitor.base}/embed/{at}.js" async {script}></script>'
        Shop.policy = POLICY.format(base=visitor.base)
        Shop.html = f"""<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Shop</title>
            <meta name="viewport" content="width=device-width"><style nonce="x">{style}</style>
            <body><main><h1>Shop</h1><p><a href="{visitor.base}/embed/{at}/" data-hearback-{at}>Help</a></p></main>
            {tag}{tag if twice else ""}"""
        page = visitor.context.new_page()
        page.goto(address)
        return page

    return come
