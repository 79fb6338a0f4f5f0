"""What Streamlit will really do, asked before anybody is served: an option that was set where it is not read is not set."""

from types import MappingProxyType
from typing import Any

from streamlit import config

from lib.serving.gate import SESSION_HEADER
from lib.serving.place import Place

# By option the one value with which patients may be shown.
NEEDED = MappingProxyType(
    {
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        "global.developmentMode": False,
        "logger.enableRich": False,
        "server.enableAgentApi": False,
        "server.enableCORS": True,
        "server.enableStaticServing": False,
        "server.enableXsrfProtection": True,
        "server.headless": True,
        "server.scriptHealthCheckEnabled": False,
        "server.trustedUserHeaders": {SESSION_HEADER: "session"},
        "server.unsafeMetricsUserAttributes": [],
    }
)


def prepare(place: Place) -> None:
    """What only the server can know. With the address said, Streamlit asks no other host what it is called from outside."""
    config.set_option("server.trustedUserHeaders", {SESSION_HEADER: "session"})
    config.set_option("browser.serverAddress", place.host_name)


def find_unsafe_options() -> list[str]:
    """A sentence for each option that has another value than NEEDED."""
    values = {name: config.get_option(name) for name in NEEDED}
    return [
        f"Streamlit's option {name} is {_say(values[name])}, and has to be {_say(needed)}."
        for name, needed in NEEDED.items()
        if values[name] != needed
    ]


def _say(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
