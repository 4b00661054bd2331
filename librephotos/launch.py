"""`make run`: the whole product on one machine, all processes under one, until Ctrl-C.

    python -m librephotos.launch

Reads PORT (3000), HOST (127.0.0.1; 0.0.0.0 lets phones in) and everything that settings.py reads. A service whose
port is taken, for example by a second instance, gets a free one.
"""

import errno
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from honcho.manager import Manager

from api.model_registry import MODEL_TASKS, OFF, ModelRegistry, ServiceEntry, is_off, load_registry
from librephotos import first_run
from librephotos.env import EnvError, env_int, env_path, env_str, load_env_file

ROOT = Path(__file__).resolve().parent.parent
READY_TIMEOUT_S = 120


def main() -> int:
    try:
        load_env_file(ROOT / ".env")
        host, port = env_str("HOST", "127.0.0.1"), env_int("PORT", default=3000, minimum=1, maximum=65535)
    except EnvError as error:
        return _fail(str(error))
    if problem := _why_not(host, port):
        return _fail(problem)
    if subprocess.call([sys.executable, "manage.py", "prepare"], cwd=ROOT):
        return 1
    data_dir = env_path("DATA_DIR", default=ROOT / "data")
    os.environ["SERVICE_TOKEN"] = first_run.secret("SERVICE_TOKEN", data_dir)
    os.environ["WEIGHTS_DIR"] = str(env_path("MODELS_DIR", default=data_dir / "models"))
    services = _service_environments()
    manager = Manager()
    for name, environment in services.items():
        manager.add_process(name, f"{sys.executable} -m service.{name}.main", env=environment, cwd=str(ROOT))
    manager.add_process("worker", f"{sys.executable} -m librephotos.worker", env=dict(os.environ), cwd=str(ROOT))
    manager.add_process("api", api_command(host, port), env=dict(os.environ), cwd=str(ROOT))
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    manager.loop()
    # Ctrl-C and SIGTERM are how one stops it, so they count as success.
    return 0 if manager.returncode in {None, 130, 143, -2, -15} else int(manager.returncode)


def api_command(host: str, port: int) -> str:
    """Return how the API is started."""
    # One process: login throttling counts in its memory. Threads: an event stream holds one while it lasts.
    # Phones and browsers keep connections for minutes; what they send into one that is just being closed is lost to
    # them, unless it is safe to repeat. One that waits holds no thread. 75 s are nginx's, gunicorn's own are 2.
    return (
        f"{sys.executable} -m gunicorn librephotos.wsgi --bind {host}:{port} --worker-class gthread --workers 1 "
        f"--threads 24 --timeout 120 --keep-alive 75 --graceful-timeout 3 --no-control-socket "
        f"--log-level warning"
    )


def services_left_out(registry: ModelRegistry) -> dict[str, dict[str, Any]]:
    """Return service → why it is not started: `detail` for the administrator, `code` and `values` for programs.

    Those are the services whose libraries are not installed, and those of features that the environment switches off.
    A started one without a model costs 60 MB at most and is ready when somebody chooses and downloads one.
    """
    found = {}
    off = {task: name for name, task in MODEL_TASKS.items() if is_off(os.environ.get(name, ""))}
    # An address in the environment: somebody else runs that one.
    known = [one for one in registry.services if one.available and _address_variable(one) not in os.environ]
    command = [sys.executable, "-m", "service.common.installed", *(service.name for service in known)]
    missing = json.loads(subprocess.check_output(command, cwd=ROOT))
    for service in known:
        if service.task in off:
            name = off[service.task]
            detail = f"Not started: {name} is {OFF} in the environment."
            found[service.name] = {"code": "switched_off", "detail": detail, "values": {"name": name}}
        elif reason := missing[service.name]:
            found[service.name] = {**reason, "detail": f"Not started. {reason['detail']}"}
    return found


def _address_variable(service: ServiceEntry) -> str:
    return f"{service.name.upper()}_URL"


def _service_environments() -> dict[str, dict[str, str]]:
    """Return service → its environment, for the services to start; tells the API where they are, and what is not."""
    registry = load_registry(env_path("MODEL_LIST", default=ROOT / "ml_models.json"))
    left_out = services_left_out(registry)
    os.environ["SERVICES_LEFT_OUT"] = json.dumps(left_out)
    found = {}
    for service in registry.services:
        name = _address_variable(service)
        if not service.available or service.name in left_out or name in os.environ:
            continue
        port = service.port if _bind_error("127.0.0.1", service.port) is None else _free_port()
        os.environ[name] = f"http://127.0.0.1:{port}"
        if port != service.port:
            said = f"{name}={os.environ[name]}"
            sys.stdout.write(f"Port {service.port} is taken; for commands in another shell: {said}\n")
        found[service.name] = {"HOST": "127.0.0.1", "PORT": str(port)}
    return {name: {**os.environ, **own} for name, own in found.items()}


def _why_not(host: str, port: int) -> str:
    """Return why one cannot listen there, as a sentence; empty when one can."""
    error = _bind_error(host, port)
    if error is None:
        return ""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Stop it, or choose another: PORT={port + 1} make run"
    if error.errno == errno.EACCES:
        return f"Port {port} is for the system's administrator only. Choose one above 1023: PORT=3000 make run"
    return f"HOST={host} is no address of this machine ({error.strerror}). Use 127.0.0.1, or 0.0.0.0 for all."


def _bind_error(host: str, port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _announce(host: str, port: int) -> None:
    """Say where to go, once the API answers."""
    reachable = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
    address = f"http://localhost:{port}" if reachable == "127.0.0.1" else f"http://{host}:{port}"
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{reachable}:{port}/api/firsttimesetup/", timeout=2):  # noqa: S310
                sys.stdout.write(f"\n  Ready: open {address}   (Ctrl-C stops everything)\n\n")
                sys.stdout.flush()
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
