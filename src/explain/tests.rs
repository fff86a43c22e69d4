use super::*;
use crate::evidence::model::{Citation, FileId};

#[test]
fn citations_are_read_as_they_are_written() {
    let cite = Citation {
        file: FileId(3),
        record: 4711,
    };
    assert_eq!(records::cite(&cite.to_string()), Some(cite));
    for bad in [
        "",
        "E3",
        "E3#",
        "3#1",
        "E#1",
        "E3#-1",
        "case.toml",
        "E3#1#2",
    ] {
        assert_eq!(records::cite(bad), None, "{bad}");
    }
}
