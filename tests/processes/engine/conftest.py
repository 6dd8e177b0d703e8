import pytest


@pytest.fixture(params=[False, True], ids=["kept", "reloaded"])
def reload(request: pytest.FixtureRequest) -> bool:
    """Every engine test runs with the case kept in memory and with it reloaded after every act."""
    return bool(request.param)
