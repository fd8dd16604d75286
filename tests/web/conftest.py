import shutil

import pytest
from rig import Api, lay, opened


@pytest.fixture(scope="session")
def laid(tmp_path_factory):
    """A project with an empty journal, made once and copied for each test."""
    folder = lay(tmp_path_factory.mktemp("laid") / "project")
    gateway = opened(folder)
    gateway.database.close()
    return folder


@pytest.fixture
def serve(laid, tmp_path):
    """Starts the API of a fresh project; settings of the API may be given."""
    running = []

    def start(**api):
        folder = tmp_path / "project"
        if not folder.exists():
            shutil.copytree(laid, folder)
        running.append(Api(opened(folder, **api)).start())
        return running[-1]

    yield start
    for one in running:
        if one.thread.is_alive():
            one.stop()


@pytest.fixture
def api(serve):
    return serve()
