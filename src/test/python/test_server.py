"""The messages that pass from the kernel through Jupyter's server to the page."""
import json
import sys
import urllib.request
import uuid

import websocket
from conftest import PROJECT

sys.path.insert(0, str(PROJECT / "binder"))
from measure import TOKEN, Server  # noqa: E402

PRINTS = 'for (int i = 0; i < 200_000; i++) System.out.println("a line of some length, number " + i);'


def execute(connection, code):
    """Everything that the cell printed, and all its other messages."""
    request = uuid.uuid4().hex
    header = {"msg_id": request, "msg_type": "execute_request", "session": "s", "username": "", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    connection.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}))
    printed = {"stdout": "", "stderr": ""}
    while True:
        message = json.loads(connection.recv())
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "stream":
            printed[message["content"]["name"]] += message["content"]["text"]
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return printed


def test_a_large_output_comes_through_the_server(tmp_path):
    """Without binder/server.json the server drops output above one megabyte per second and says so on stderr."""
    with Server(tmp_path) as server:
        request = urllib.request.Request(
            server.address + "/api/kernels",
            data=json.dumps({"name": "grisaille"}).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            kernel = json.load(answer)["id"]
        address = server.address.replace("http", "ws") + f"/api/kernels/{kernel}/channels?token={TOKEN}"
        connection = websocket.create_connection(address, timeout=120)
        try:
            execute(connection, "1")
            printed = execute(connection, PRINTS)
        finally:
            connection.close()
    assert printed["stderr"] == ""
    assert printed["stdout"].splitlines() == [f"a line of some length, number {i}" for i in range(200_000)]
