"""Who may open which notebook and its kernel, against the real server; and how the server ends."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Server, free_port, start_server, workshop_environment
from phones import ANSWER_SECONDS, browser, facilitators_browser, on_line, socket_address, take_seat
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from kit.store.store import Store

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PRACTISE = "/voila/render/practise/cx-vs-service.ipynb"


@dataclass(frozen=True)
class Started:
    """A server of this module's own, and its process."""

    server: Server
    process: subprocess.Popen[str]


@contextmanager
def started(data: Path, **settings: object) -> Iterator[Started]:
    """A server that the test may end itself."""
    port = free_port()
    process = start_server(data, port, **settings)
    try:
        with Store.open(f"sqlite:///{data / 'workshop.sqlite'}") as store:
            token = (data / "token").read_text(encoding="ascii").strip()
            yield Started(Server(f"http://127.0.0.1:{port}", token, data, store), process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def kernel_of(page: httpx.Response) -> str:
    """The kernel that renders a notebook page."""
    found = re.search(r'"kernelId":\s*"([0-9a-f-]{36})"', page.text)
    assert found, page.text[:500]
    return found[1]


# JupyterLab


def test_jupyterlab_stores_no_output_of_a_notebook(tmp_path: Path) -> None:
    shutil.copy(NOTEBOOKS / "jupyter_lab_config.py", tmp_path)
    secret, path = "somebody's own words", "api/contents/results.ipynb"
    notebook = json.loads((NOTEBOOKS / "results.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": secret}]
            cell["execution_count"] = 7
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": secret}}
    port = free_port()
    flags = ("--no-browser", "--allow-root", f"--ServerApp.port={port}", "--IdentityProvider.token=token")
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--config",
        str(tmp_path / "jupyter_lab_config.py"),
        *flags,
    ]
    environment = workshop_environment(tmp_path / "data") | {"JUPYTER_CONFIG_DIR": str(tmp_path / "none")}
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as lab:
        try:
            assert lab.stderr and any("is running at" in line for line in lab.stderr)
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", headers={"Authorization": "token token"}
            ) as web:
                saved = web.put(path, json={"type": "notebook", "content": notebook})
                checkpoint = web.post(f"{path}/checkpoints")
            assert (saved.status_code, checkpoint.status_code) == (201, 201)
        finally:
            lab.terminate()
            lab.communicate()
    written = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.rglob("*.ipynb")}
    assert len(written) == 2
    clean = json.loads((NOTEBOOKS / "results.ipynb").read_text(encoding="utf-8"))
    assert all(json.loads(text) == clean for text in written.values())


# closed doors


@pytest.mark.parametrize(
    "path",
    [
        "/voila/render/index.ipynb",
        "/voila/render/facilitate/cx-vs-service.ipynb",
        "/voila/render/results.ipynb",
        "/voila/render/results.ipynb?session=CDFGHJ",
        "/voila/render/",
        "/voila/render/practise",
        "/voila/render//practise/cx-vs-service.ipynb",
        "/voila/render/Practise/cx-vs-service.ipynb",
        "/voila/render/practise/../facilitate/cx-vs-service.ipynb",
        "/voila/render/practise/%2e%2e/facilitate/cx-vs-service.ipynb",
        "/voila/render/practise%2f..%2ffacilitate/cx-vs-service.ipynb",
        "/voila/render/practise/%2e%2e%2ffacilitate%2fcx-vs-service.ipynb",
        "/voila/render/practise/..%5cfacilitate/cx-vs-service.ipynb",
        "/voila/render/facilitate/../facilitate/cx-vs-service.ipynb",
        "/voila/render/%2ffacilitate/cx-vs-service.ipynb",
        "/voila/tree",
        "/voila/tree/facilitate",
        "/voila/api/contents",
        "/voila/api/contents/facilitate/cx-vs-service.ipynb",
        "/api/kernels/00000000-0000-0000-0000-000000000000",
        "/voila/files/facilitate/cx-vs-service.ipynb",
        "/voila/files/index.ipynb",
        "/api/contents",
        "/api/sessions",
        "/api/terminals",
        "/facilitate/cx-vs-service.ipynb",
    ],
)
def test_the_facilitators_pages_are_closed_to_the_room(server: Server, path: str) -> None:
    with browser(server) as client:
        # Sent as it stands: a browser would tidy the path, somebody with bad intentions doesn't.
        request = client.build_request("GET", server.url)
        request.url = request.url.copy_with(raw_path=path.encode())
        answer = client.send(request)
    assert answer.status_code in (302, 403, 404), answer.text[:300]
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith(("/login", "/join"))
    assert "kernelId" not in answer.text
    assert "Take the room" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH"])
@pytest.mark.parametrize("path", ["/voila/api/contents/index.ipynb", "/api/kernels/x", "/api/sessions"])
def test_nothing_can_be_written_from_outside(server: Server, method: str, path: str) -> None:
    with browser(server) as client:
        assert client.request(method, path, json={}).status_code in (403, 404, 405)


def test_an_exercise_that_is_not_there_is_said_to_be_missing(server: Server) -> None:
    page = httpx.get(f"{server.url}/voila/render/practise/any.ipynb?exercise=nope", timeout=60).text
    assert "There is no exercise or session at this address" in page and "--show_tracebacks" not in page
    assert '<html lang="en">' in page


def test_a_practise_notebook_that_is_not_there_is_missing(server: Server) -> None:
    with browser(server) as client:
        assert client.get("/voila/render/practise/no-such.ipynb").status_code == 404


# kernels


@dataclass(frozen=True)
class Kernels:
    """A server with room for two notebooks: a facilitator's and a learner's, both open."""

    server: Server
    process: subprocess.Popen[str]
    facilitators: str
    learners: str


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernels]:
    """Both notebooks opened, each by who may; with six places, four of them the facilitator's, learners get two."""
    with started(tmp_path_factory.mktemp("kernels"), max_kernels=6) as here:
        with facilitators_browser(here.server) as facilitator:
            facilitators = kernel_of(facilitator.get("/voila/render/index.ipynb"))
        with browser(here.server) as learner:
            learners = kernel_of(learner.get(PRACTISE))
        yield Kernels(here.server, here.process, facilitators, learners)


def channel(kernels: Kernels, kernel: str, **headers: str) -> Any:
    """A socket to a kernel."""
    address = socket_address(kernels.server, f"/api/kernels/{kernel}/channels?session_id={uuid.uuid4()}")
    return connect(
        address, additional_headers={"Origin": kernels.server.url} | headers, max_size=None, close_timeout=2
    )


def kernel_message(kind: str, content: dict[str, Any]) -> str:
    """A message as Jupyter's own page would send it."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "u", "version": "5.3"}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    return json.dumps(message)


def ask(socket: ClientConnection, kind: str, content: dict[str, Any]) -> None:
    """Send a message, then wait until the kernel has answered a later one."""
    socket.send(kernel_message(kind, content))
    socket.send(kernel_message("kernel_info_request", {}))
    while True:
        said = socket.recv(timeout=ANSWER_SECONDS)
        if "kernel_info_reply" in (said if isinstance(said, str) else said.decode("utf-8", "replace")):
            return


def test_when_all_notebooks_are_open_the_next_is_asked_to_wait(kernels: Kernels) -> None:
    with browser(kernels.server) as client:
        answer = client.get(PRACTISE)
    assert answer.status_code == 503
    assert "Please try again in a few minutes" in answer.text
    assert "Traceback" not in answer.text


def test_many_at_once_open_no_more_notebooks_than_there_are_seats(tmp_path: Path) -> None:
    with started(tmp_path, max_kernels=5) as busy, ThreadPoolExecutor(6) as crowd:
        statuses = crowd.map(
            lambda _n: httpx.get(busy.server.url + PRACTISE, timeout=60).status_code, range(6)
        )
        assert sorted(statuses) == [200] + [503] * 5


@pytest.mark.parametrize("path", ["/api/kernels/{}", "/voila/api/shutdown/{}"])
def test_the_facilitators_kernel_is_closed_to_others(kernels: Kernels, path: str) -> None:
    address = path.format(kernels.facilitators)
    with browser(kernels.server) as client:
        answers = [client.get(address), client.post(address), client.delete(address)]
    assert {answer.status_code for answer in answers} <= {302, 403, 404, 405}
    with facilitators_browser(kernels.server) as facilitator:
        assert facilitator.get(f"/api/kernels/{kernels.facilitators}").status_code == 200


def test_the_facilitators_channel_is_closed_to_others(kernels: Kernels) -> None:
    session = kernels.server.session()
    seat = take_seat(kernels.server, session)
    for headers in ({}, {"Cookie": seat}, {"Cookie": "username-127-0-0-1=forged"}):
        with pytest.raises(InvalidStatus) as refusal, channel(kernels, kernels.facilitators, **headers):
            pass
        assert refusal.value.response.status_code == 403


def test_another_site_gets_no_channel_even_to_a_practise_kernel(kernels: Kernels) -> None:
    with (
        pytest.raises(InvalidStatus) as refusal,
        channel(kernels, kernels.learners, Origin="http://evil.example"),
    ):
        pass
    assert refusal.value.response.status_code == 403


def test_a_practise_kernel_runs_nobodys_code(kernels: Kernels, tmp_path: Path) -> None:
    proof = tmp_path / "ran"
    code = f"open({str(proof)!r}, 'w').close()"
    with channel(kernels, kernels.learners) as socket:
        ask(socket, "execute_request", {"code": code, "silent": False, "store_history": True})
        ask(socket, "complete_request", {"code": code, "cursor_pos": 3})
        ask(socket, "inspect_request", {"code": "settings", "cursor_pos": 3})
    assert not proof.exists()
    with facilitators_browser(kernels.server) as facilitator:
        cookie = "; ".join(f"{name}={value}" for name, value in facilitator.cookies.items())
    with channel(kernels, kernels.facilitators, Cookie=cookie) as socket:
        ask(socket, "execute_request", {"code": code, "silent": False})
    assert not proof.exists()


def test_only_its_own_page_or_the_facilitator_ends_a_kernel(kernels: Kernels) -> None:
    with browser(kernels.server) as client:
        assert client.post(f"/voila/api/shutdown/{kernels.facilitators}").status_code == 403
        assert client.post(f"/voila/api/shutdown/{uuid.uuid4()}").status_code in (403, 404)
        assert client.post(f"/voila/api/shutdown/{kernels.learners}").status_code == 204
        # Its place is free again, and the name of the gone kernel opens nothing.
        assert client.post(f"/voila/api/shutdown/{kernels.learners}").status_code in (403, 404)
        fresh = kernel_of(client.get(PRACTISE))
    with facilitators_browser(kernels.server) as facilitator:
        assert facilitator.post(f"/voila/api/shutdown/{fresh}").status_code == 204


# a house that keeps its practise to itself; and the end


def children(pid: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= more
    return found


def is_running(pid: int) -> bool:
    """Whether the process is there and not only waiting to be buried."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_a_closed_house_ends_promptly_and_leaves_nothing_running(tmp_path: Path) -> None:
    with started(tmp_path, practise_open="no") as here:
        with browser(here.server) as learner:
            refused = learner.get(PRACTISE)
        assert refused.status_code == 302
        assert refused.headers["Location"].startswith("/login")
        with facilitators_browser(here.server) as facilitator:
            kernel_of(facilitator.get(PRACTISE))
        session = here.server.session()
        here.server.open_stage(session, "sort")
        kernels = children(here.process.pid)
        assert kernels
        with on_line(here.server, session, take_seat(here.server, session)) as line:
            line.change(1)
            line.until("saved")
            os.kill(here.process.pid, signal.SIGTERM)
            assert here.process.wait(timeout=15) == 0
        assert not [pid for pid in kernels if is_running(pid)]
        assert len(here.server.store.responses(session.id, "cx-vs-service")) == 1
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert "Traceback" not in log


def test_a_moved_seat_sends_the_old_device_away_from_another_process(server: Server) -> None:
    with started(server.data) as elsewhere:
        session = server.session()
        cookie = take_seat(server, session, "Ada")
        token = server.store.return_token(server.store.participants(session.id)[0].id)
        with on_line(server, session, cookie) as line, browser(elsewhere.server) as device:
            assert device.post(f"/join/{session.code}/return/{token}").status_code == 303
            assert line.until("leave")["url"] == f"/join/{session.code}"


def test_behind_a_proxy_each_visitor_has_an_address_and_a_secure_cookie(tmp_path: Path) -> None:
    with started(tmp_path, public_url="https://workshop.example", guesses_per_minute=3) as proxied:
        session = proxied.server.session()
        with browser(proxied.server) as client:
            guesser = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
            statuses = [client.get("/join/CCCCCC", headers=guesser).status_code for _try in range(5)]
            assert statuses == [404, 404, 404, 429, 429]
            neighbour = {"X-Forwarded-For": "203.0.113.8", "X-Forwarded-Proto": "https"}
            joined = client.post(f"/join/{session.code}", data={"name": ""}, headers=neighbour)
            assert joined.status_code == 303
            assert "Secure" in joined.headers["Set-Cookie"]


def test_without_a_proxy_nobody_chooses_their_own_address(tmp_path: Path) -> None:
    with started(tmp_path, guesses_per_minute=3) as direct, browser(direct.server) as client:
        statuses = [
            client.get("/join/CCCCCC", headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
            for n in range(5)
        ]
    assert statuses == [404, 404, 404, 429, 429]
