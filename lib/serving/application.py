"""The whole server as one ASGI application: headers, caps, the gate, and Streamlit behind it."""

from starlette.types import ASGIApp

from lib import settings
from lib.services.errors import Store, StoreError
from lib.serving.caps import RequestCaps
from lib.serving.gate import Gate
from lib.serving.headers import SecurityHeaders, content_policy
from lib.serving.open_pages import OpenPages
from lib.serving.own_files import Dashboard
from lib.serving.place import Place
from lib.serving.provider import ProviderDoor
from lib.serving.self_check import find_unsafe_options, prepare


def build(store: Store, place: Place) -> ASGIApp:
    """Raises StoreError where Streamlit would do something that shows patients to others."""
    settings.require_sign_in()
    dashboard = Dashboard(settings.ROOT / "dashboard.py", store)
    prepare(place)
    if unsafe := find_unsafe_options():
        raise StoreError("Nobody is served like this. " + " ".join(unsafe))
    provider = settings.identity_provider()
    open_pages = OpenPages(store, place, ProviderDoor(provider) if provider else None)
    gate = Gate(dashboard, open_pages.app(), store, place)
    return SecurityHeaders(RequestCaps(gate), place, content_policy(place))
