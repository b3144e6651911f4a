"""A standalone cluster of Apache Spark on this machine's loopback: a master and workers as processes of their own."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

QUIET = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""
_WAIT = 60


def lacking() -> str:
    """Say what is not here for a cluster; nothing where all is."""
    if not find_spec("pyspark"):
        return "PySpark is not installed (make service installs it)"
    return "" if shutil.which("java") else "Java is not here (Debian: default-jre-headless)"


@contextmanager
def cluster(folder: Path, *, workers: int = 2, settings: Mapping[str, str]) -> Iterator[str]:
    """Run a cluster while the block runs; its address. `settings` are those of the driver and of executors."""
    (spec,) = find_spec("pyspark").submodule_search_locations
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log4j2.properties").write_text(QUIET)
    (folder / "spark-defaults.conf").write_text(
        "".join(f"{name} {value}\n" for name, value in settings.items())
    )
    here = {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1"}
    before = {name: os.environ.get(name) for name in here}
    os.environ.update(here)  # the driver's Java reads them where it starts
    port = _free()
    address = f"spark://127.0.0.1:{port}"
    with ExitStack() as stack:
        stack.callback(_restore, before)

        def run(role: str, *words: str) -> None:
            log = stack.enter_context((folder / f"{role}.log").open("a"))
            kind = f"org.apache.spark.deploy.{role.lower()}.{role}"
            command = [f"{spec}/bin/spark-class", kind, "--host", "127.0.0.1", "--webui-port", "0", *words]
            stack.callback(_end, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder))

        run("Master", "--port", str(port))
        _answers(port)
        for number in range(workers):
            run(
                "Worker",
                "--cores",
                "1",
                "--memory",
                "1g",
                "--work-dir",
                str(folder / f"work{number}"),
                address,
            )
        yield address


def _free() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _answers(port: int) -> None:
    """Wait until somebody listens."""
    until = time.monotonic() + _WAIT
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _restore(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
