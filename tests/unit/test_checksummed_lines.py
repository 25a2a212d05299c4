from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from uwclient.disk.checksummed_lines import seal, unseal

contents = st.binary(max_size=60).filter(lambda content: b"\n" not in content)


@given(contents)
def test_what_was_sealed_is_read_back(content: bytes) -> None:
    line = seal(content)

    assert unseal(line) == content
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


@given(contents, st.data())
def test_a_line_that_is_cut_anywhere_is_not_trusted(content: bytes, data: st.DataObject) -> None:
    line = seal(content)
    assert unseal(line[: data.draw(st.integers(0, len(line) - 1))]) is None


@given(contents, st.data())
def test_a_line_with_a_wrong_byte_is_not_trusted(content: bytes, data: st.DataObject) -> None:
    line = seal(content)
    position = data.draw(st.integers(9, len(line) - 1))
    byte = data.draw(st.integers(0, 255))
    assume(byte != line[position])

    assert unseal(line[:position] + bytes([byte]) + line[position + 1 :]) is None


@given(st.binary(max_size=60).map(lambda noise: noise + b"\n"))
def test_noise_is_not_trusted(noise: bytes) -> None:
    assert unseal(noise) is None
