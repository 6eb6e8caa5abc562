import numpy as np
import pytest

from geoloc.gazetteer.arrays import ArrayFile, mapped


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "uint32", "uint64"])
@pytest.mark.parametrize("values", [[], [7], list(range(100))])
def test_an_array_is_mapped_as_it_was_written(tmp_path, dtype, values):
    file = ArrayFile(tmp_path / "piecewise.npy", dtype)
    for value in values:
        file.append(value)
    file.close()
    np.save(tmp_path / "at-once.npy", np.array(values, dtype))
    for name in ("piecewise.npy", "at-once.npy"):
        array, _ = mapped(tmp_path / name)
        assert (array.dtype, array.tolist(), array.flags.writeable) == (np.dtype(dtype), values, False)


def test_what_is_no_array_or_cut_short_is_refused(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.arange(100))
    whole = path.read_bytes()
    np.save(path, np.zeros((2, 2)))
    for wrong in (b"", b"no array", whole[:60], whole[:-1], path.read_bytes()):
        path.write_bytes(wrong)
        with pytest.raises(ValueError):
            mapped(path)
    with pytest.raises(FileNotFoundError):
        mapped(tmp_path / "missing.npy")
