"""Whatever bytes come, they are a table or are refused with a way out."""

from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import DataError
from mmm_core.table.reading.reading import read_table


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"a,b\n1,2\n", b"\xff\xfe"]),
)
def test_no_bytes_break_the_reader(content, prefix):
    try:
        read_table(prefix + content, "fuzz")
    except DataError as refused:
        remedy = refused.remedy
    else:
        remedy = "none needed"
    assert remedy
