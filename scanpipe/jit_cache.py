"""Functions that numba compiles, and where their machine code is kept between runs.

It is looked for beside the source, where set-up has left it, then in the account's own cache, and written to the first
of them that can be written. Where none can, as for a service account without a home, or the code that is kept is
damaged, the functions are compiled anew: no command depends on a folder for it.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def _away_from_working_folder() -> Iterator[None]:
    """Be elsewhere while the block runs: on loading, numba takes settings, code to import included, from the folder."""
    try:
        folder = os.open(".", os.O_PATH)
    except OSError:  # what cannot be entered holds no settings
        yield
        return
    os.chdir("/")
    try:
        yield
    finally:
        os.fchdir(folder)
        os.close(folder)


with _away_from_working_folder():
    import numba
    from numba.core import caching, config

_caching: Any = caching  # what has types in it is not what is needed here
config._config_fname = ""  # it is read again at each compilation


def compiled(**options: Any) -> Callable[[F], F]:
    """Have a function compiled when it is first called; `options` are numba's."""

    def prepare(function: F) -> F:
        dispatcher: Any = numba.njit(nogil=True, error_model="numpy", **options)(function)
        source = Path(function.__code__.co_filename)
        dispatcher._cache = _Kept([_cache_in(folder, function) for folder in _folders(source)])
        prepared: F = dispatcher
        return prepared

    return prepare


def _folders(source: Path) -> Iterator[Path]:
    """Yield where the machine code of a source file may be kept, best place first."""
    own = f"{source.parent.name}_{hashlib.sha256(os.fsencode(source.parent)).hexdigest()[:16]}"
    if asked := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(asked).absolute() / own
    yield source.parent / "__pycache__"
    # The first is what systemd gives to a service (CacheDirectory=).
    named = (os.environ.get(name, "").partition(os.pathsep)[0] for name in ("CACHE_DIRECTORY", "XDG_CACHE_HOME"))
    for folder in (*map(Path, filter(None, named)), Path("~/.cache")):
        with suppress(RuntimeError):  # an account may have no home
            if (place := folder.expanduser()).is_absolute():
                yield place / "scanpipe" / own


def _cache_in(folder: Path, function: Callable[..., Any]) -> Any:
    """Return numba's cache of a function, in that folder whether it can be written or not."""

    class Locator(_caching.InTreeCacheLocator):  # type: ignore[misc]
        def __init__(self, py_func: Any, py_file: str) -> None:
            super().__init__(py_func, py_file)
            self._cache_path = str(folder)

        @classmethod
        def from_function(cls, py_func: Any, py_file: str) -> "Locator":
            return cls(py_func, py_file)

    class Implementation(_caching.CompileResultCacheImpl):  # type: ignore[misc]
        _locator_classes = (Locator,)

    class Cache(_caching.FunctionCache):  # type: ignore[misc]
        _impl_class = Implementation

    return Cache(function)


class _Kept(_caching.NullCache):  # type: ignore[misc]
    """Numba's caches of one function, none of which is needed."""

    def __init__(self, caches: list[Any]) -> None:
        self._caches = caches

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the code that is kept for these types of arguments, None where there is none."""
        for cache in self._caches:
            try:
                found = cache.load_overload(sig, target_context)
            except OSError:
                continue
            except Exception:  # whatever reading damaged bytes as Python's objects may end in
                with suppress(OSError):
                    cache.flush()
                continue
            if found is not None:
                return found
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep code in the first place that takes it."""
        for cache in self._caches:
            with suppress(OSError):
                cache.save_overload(sig, data)
                return
