"""The pages in front of the gate, as text: they need no script, no picture and no file."""

from html import escape
from urllib.parse import quote

from starlette.responses import HTMLResponse

from lib.services.enrolling import ISSUER, LONGEST_PASSWORD, SHORTEST_PASSWORD, Invitation

# The colours of .streamlit/config.toml.
_STYLE = """
@font-face {font-family: "Source Sans"; font-weight: 200 900; src: url("/sign-in/letters.woff2") format("woff2")}
:root {color-scheme: light dark; --paper: #ffffff; --ground: #f4f6f9; --ink: #0f1822; --quiet: #4e5a68; --line: #7c8896;
 --edge: #d5dbe3; --act: #1f6fb2; --link: #1a5f9a; --bad: #8c1d04; --bad-ground: #fbeae7; --good: #1f5f3a;
 --good-ground: #e9f5ee}
@media (prefers-color-scheme: dark) {:root {--paper: #1a2430; --ground: #0f1720; --ink: #e6e9ed; --quiet: #a9b4c0;
 --line: #7a8797; --edge: #2f3d4c; --act: #2b76b4; --link: #8cc4ee; --bad: #f4a590; --bad-ground: #43211c; --good: #93d6b1;
 --good-ground: #153527}}
* {box-sizing: border-box}
body {margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
 color: var(--ink); font: 1rem/1.5 "Source Sans", system-ui, sans-serif}
main {width: 100%; max-width: 25rem}
section {background: var(--paper); border: 1px solid var(--edge); border-radius: 8px; padding: 1.75rem}
h1 {font-size: 1.35rem; font-weight: 650; line-height: 1.25; margin: 0 0 1.1rem}
.name {font-weight: 600; margin: 0 0 .75rem .1rem}
p {margin: 0 0 1rem}
label, .label {display: block; font-weight: 600; margin: 1rem 0 .3rem}
input {width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
 border-radius: 8px; padding: .55rem .7rem}
.hint {color: var(--quiet); font-size: .9rem; margin: .3rem 0 0}
button, .button {display: block; width: 100%; font: inherit; font-weight: 600; text-align: center; text-decoration: none;
 color: #fff; background: var(--act); border: 1px solid var(--act); border-radius: 8px; padding: .6rem 1rem;
 margin-top: 1.4rem; cursor: pointer}
h1 + .button {margin-top: 0}
:focus-visible {outline: 3px solid var(--link); outline-offset: 2px}
summary {cursor: pointer; color: var(--link); margin: 1.25rem 0 0}
[role=alert], [role=status] {border-radius: 8px; padding: .7rem .9rem}
[role=alert] {background: var(--bad-ground); color: var(--bad)}
[role=status] {background: var(--good-ground); color: var(--good)}
code {font: 600 1.05rem/1.6 ui-monospace, monospace; overflow-wrap: anywhere; letter-spacing: .03em}
.qr {background: #fff; border-radius: 8px; padding: .5rem; width: 11rem; margin: .6rem auto 1rem}
.qr svg {display: block; width: 100%; height: auto}
footer {color: var(--quiet); font-size: .85rem; margin: 1rem .1rem 0}
"""
_FOOTER = "For clinicians and staff of the clinic. Decision support for licensed clinicians."


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    name = escape(ISSUER)
    return HTMLResponse(
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="icon" href="data:,"><title>{escape(title)} · {name}</title>
<style>{_STYLE}</style></head>
<body><main><p class="name">{name}</p><section><h1>{escape(title)}</h1>{body}</section>
<footer>{_FOOTER}</footer></main></body></html>""",
        status,
    )


def sign_in_page(
    wanted: str, provider: str | None, *, problem: str = "", note: str = "", email: str = ""
) -> HTMLResponse:
    """provider: what the clinic's identity provider is called, or None. wanted: an address of ours to go on to."""
    said = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    said += f'<p role="status">{escape(note)}</p>' if note else ""
    form = _password_form(wanted, email)
    status = 401 if problem else 200
    if provider is None:
        return _page("Sign in", said + form, status)
    link = f'<a class="button" href="/sign-in/provider?next={quote(wanted, safe="")}">Sign in with {escape(provider)}</a>'
    is_open = " open" if problem and email else ""
    details = f"<details{is_open}><summary>Sign in with a password</summary>{form}</details>"
    return _page("Sign in", said + link + details, status)


def _password_form(wanted: str, email: str) -> str:
    return f"""<form method="post" action="/sign-in">
<input type="hidden" name="next" value="{escape(wanted)}">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="{escape(email)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="{LONGEST_PASSWORD}">
<label for="code">Code of the authenticator</label>
{_CODE_FIELD}
<button>Sign in</button></form>"""


_CODE_FIELD = (
    '<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="7" '
    'pattern="[0-9]{3} ?[0-9]{3}" title="The six digits that the authenticator shows">'
)


def invitation_page(invitation: Invitation, code: str, picture: str, problem: str = "") -> HTMLResponse:
    """picture: the authenticator's address as a QR code, SVG."""
    said = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    secret = " ".join(invitation.secret[at : at + 4] for at in range(0, len(invitation.secret), 4))
    body = f"""{said}<p>{escape(invitation.name)}, choose a password, and set up an authenticator on your phone: it shows a new
code every 30 seconds.</p>
<form method="post" action="/invitation">
<input type="hidden" name="invitation" value="{escape(code)}">
<input type="hidden" name="email" autocomplete="username" value="{escape(invitation.email)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="{SHORTEST_PASSWORD}"
 maxlength="{LONGEST_PASSWORD}" aria-describedby="long">
<p class="hint" id="long">At least {SHORTEST_PASSWORD} characters. Several words are easy to remember.</p>
<p class="label">Authenticator</p>
<p class="hint">Scan this, or type the key.</p>
<div class="qr" role="img" aria-label="QR code of the key below">{picture}</div>
<p><code>{secret}</code></p>
<label for="code">Code that it shows now</label>
{_CODE_FIELD}
<button>Set up the account</button></form>"""
    return _page("Set up your account", body, 400 if problem else 200)


def sign_out_page() -> HTMLResponse:
    return _page(
        "Sign out", '<form method="post" action="/sign-out"><button autofocus>Sign out</button></form>'
    )


def message_page(title: str, text: str, status: int) -> HTMLResponse:
    return _page(
        title, f'<p>{escape(text)}</p><a class="button" href="/sign-in">To the sign-in page</a>', status
    )
