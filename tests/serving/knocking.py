"""Somebody at the gate without a browser: plain requests, and a session of Streamlit's own protocol."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

Headers = Mapping[str, str]


class Answer:
    """status, headers (names in small letters; of several cookies the list) and body of an answer."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.cookies = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
        self.body = response.read()


def ask(address: str, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """headers: names with _ for -. Redirects are not followed."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, said)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def send_form(address: str, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
    kind = "application/x-www-form-urlencoded"
    said = {"Origin": address, "Content_Type": kind, **headers}
    return ask(address, path, "POST", urlencode(fields).encode(), **said)


def upload(address: str, path: str, method: str, cookie: str) -> Answer:
    """Send a small file to an address for uploads, or take it away there, as a page of ours does it."""
    token = ask(address, "/_stcore/health", Cookie=cookie).cookies[0].partition(";")[0]
    bounds = "--x\r\nContent-Disposition: form-data; name={0}; filename={0}\r\n\r\nrows\r\n--x--\r\n".format(
        "a.csv"
    )
    said = {"Origin": address, "X_Xsrftoken": token.partition("=")[2], "Cookie": f"{cookie}; {token}"}
    return ask(address, path, method, bounds.encode(), Content_Type="multipart/form-data; boundary=x", **said)


class Window:
    """One session of Streamlit. id: as its server calls it; titles and downloads: of the page that was visited last, the
    latter by the words of the button what makes the file."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.id, self.titles = "", [""]
        self.downloads: dict[str, str] = {}

    def visit(self, page: str, **address: object) -> str:
        """All that the page says, as text among the bytes of its messages."""
        query = BackMsg()
        query.rerun_script.query_string, query.rerun_script.page_name = urlencode(address), page
        self._connection.send(query.SerializeToString())
        parts, self.titles, self.downloads = [], [], {}
        while True:
            data = self._connection.recv(timeout=60)
            message = ForwardMsg.FromString(data)
            parts.append(data)
            if message.WhichOneof("type") == "new_session":
                self.id = message.new_session.initialize.session_id
            element = message.delta.new_element
            assert element.WhichOneof("type") != "exception", element.exception.message
            if element.heading.tag == "h1":
                self.titles.append(element.heading.body)
            if element.WhichOneof("type") == "download_button":
                self.downloads[element.download_button.label] = element.download_button.deferred_file_id
            is_last = message.WhichOneof("type") == "script_finished"
            if (
                is_last
                and message.script_finished != ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
            ):
                break
        return b"".join(parts).decode("utf-8", "replace")

    def ask_for_upload(self, file_name: str) -> str:
        """Choose a file: the address that it is to be sent to."""
        asked = BackMsg()
        asked.file_urls_request.request_id, asked.file_urls_request.session_id = "1", self.id
        asked.file_urls_request.file_names.append(file_name)
        self._connection.send(asked.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(self._connection.recv(timeout=60)).file_urls_response
            if answer.response_id:
                return answer.file_urls[0].upload_url

    def press(self, file_id: str) -> str:
        """Press the button of a download: the file's address, or why there is none."""
        asked = BackMsg()
        asked.backend_operation_request.request_id, asked.backend_operation_request.session_id = "1", self.id
        asked.backend_operation_request.deferred_file.file_id = file_id
        self._connection.send(asked.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(self._connection.recv(timeout=60)).backend_operation_response
            if answer.request_id:
                return answer.deferred_file.url or answer.error_msg


@contextmanager
def open_window(
    address: str, headers: Headers | None = None, session: str = "", origin: str | None = None
) -> Iterator[Window | int]:
    """A window, or the status with which it was refused. session: another one that it says it was."""
    stream = address.replace("http:", "ws:") + "/_stcore/stream"
    protocols = ["streamlit", "no-token", session] if session else ["streamlit"]
    try:
        connection = connect(
            stream,
            subprotocols=protocols,
            origin=origin or address,
            additional_headers=dict(headers or {}),
            max_size=None,
        )
    except InvalidStatus as refused:
        yield refused.response.status_code
        return
    with connection:
        yield Window(connection)
