//! Archives as people make them.

use std::fs;

use zip::CompressionMethod;

use super::*;
use crate::case::Error;
use crate::case::archive::Kind;

fn numbers() -> Vec<u8> {
    (1..=1500)
        .map(|n| format!("{n}\n"))
        .collect::<String>()
        .into_bytes()
}

#[test]
fn entries_are_files_of_the_case() {
    let log = zip(&[("bh01/System.evt", EVT), ("bh01/notes.txt", b"a note")]);
    let dir = folder(&[
        ("a.zip", &log),
        (
            "b.zipped",
            &zip_with(CompressionMethod::Stored, &[("x\\y.evt", EVT)]),
        ),
        ("c/System.evt.gz", &gzip(EVT)),
        (
            "d.tar",
            &tar(&[("bh02/System.evt", EVT), ("bh02/empty.csv", b"")]),
        ),
        ("e.tgz", &gzip(&tar(&[("bh03/System.evt", EVT)]))),
        ("f.evt", EVT),
    ]);
    let case = case::open(dir.path()).unwrap();
    let listed: Vec<_> = case
        .files
        .iter()
        .map(|file| (file.id.0, file.path.as_str(), file.format.as_str()))
        .collect();
    let evt = Format::Evt.as_str();
    assert_eq!(
        listed,
        [
            (1, "a.zip", "archive (.zip)"),
            (2, "a.zip!/bh01/System.evt", evt),
            (3, "a.zip!/bh01/notes.txt", "not evidence"),
            (4, "b.zipped", "archive (.zip)"),
            (5, "b.zipped!/x/y.evt", evt),
            (6, "c/System.evt.gz", "archive (.gz)"),
            (7, "c/System.evt.gz!/System.evt", evt),
            (8, "d.tar", "archive (.tar)"),
            (9, "d.tar!/bh02/System.evt", evt),
            (10, "d.tar!/bh02/empty.csv", "not evidence"),
            (11, "e.tgz", "archive (.tar.gz)"),
            (12, "e.tgz!/bh03/System.evt", evt),
            (13, "f.evt", evt),
        ]
    );
    for path in [
        "a.zip!/bh01/System.evt",
        "c/System.evt.gz!/System.evt",
        "e.tgz!/bh03/System.evt",
    ] {
        assert_eq!(bytes_of(&case, path), EVT, "{path}");
    }
    assert_eq!(bytes_of(&case, "d.tar!/bh02/empty.csv"), b"");
    // The empty file, as beside an archive.
    assert_eq!(case.problems.len(), 1, "{:?}", case.problems);
    assert!(!Format::Archive(Kind::Zip).is_readable());
}

#[test]
fn archives_inside_archives_are_read() {
    let inner = zip(&[("System.evt", EVT), ("more/System.evt.gz", &gzip(EVT))]);
    let middle = gzip(&tar(&[("inner.zip", &inner)]));
    let (_dir, case) = open_with("outer.zip", &zip(&[("bh01/middle.tar.gz", &middle)]));
    assert_eq!(
        paths(&case),
        [
            "outer.zip",
            "outer.zip!/bh01/middle.tar.gz",
            "outer.zip!/bh01/middle.tar.gz!/inner.zip",
            "outer.zip!/bh01/middle.tar.gz!/inner.zip!/System.evt",
            "outer.zip!/bh01/middle.tar.gz!/inner.zip!/more/System.evt.gz",
            "outer.zip!/bh01/middle.tar.gz!/inner.zip!/more/System.evt.gz!/System.evt",
        ]
    );
    for file in case.files.iter().filter(|file| file.format == Format::Evt) {
        assert_eq!(bytes_of(&case, &file.path), EVT);
    }
    assert_eq!(
        bytes_of(&case, "outer.zip!/bh01/middle.tar.gz!/inner.zip"),
        inner
    );
    assert!(case.problems.is_empty(), "{:?}", case.problems);
}

#[test]
fn an_archive_can_be_the_case_with_its_own_case_toml() {
    let config = b"name = \"Stuck\"\n[[snapshot]]\nfile = \"bh01/t.csv\"\nserver = \"BH01\"\n[[log]]\nfile = \"gone.csv\"\n";
    let files: [(&str, &[u8]); 4] = [
        ("case42/case.toml", config),
        ("case42/bh01/t.csv", b"a,b\n1,2\n"),
        ("__MACOSX/case42/._case.toml", b"\0\x05\x16\x07"),
        ("case42/bh01/System.evt", EVT),
    ];
    for (name, bytes) in [
        ("case42.zip", zip(&files)),
        ("case42.tar.gz", gzip(&tar(&files))),
    ] {
        let (_dir, case) = open_as_case(name, &bytes);
        let toml = format!("{name}!/case42/case.toml");
        let config_file = case.file(case.config_file.unwrap()).unwrap();
        assert_eq!(
            (
                case.name.as_str(),
                config_file.path.as_str(),
                config_file.format
            ),
            ("Stuck", toml.as_str(), Format::CaseToml)
        );
        let snapshot = case.config.snapshots.first().unwrap();
        assert!(snapshot.covers(&format!("{name}!/case42/bh01/t.csv")));
        assert_eq!(
            case.config.below(&format!("{name}!/case42/bh01/t.csv")),
            "bh01/t.csv"
        );
        assert_problem(&case, "case.toml", &format!("`{name}!/case42/gone.csv`"));
        assert_eq!(case.problems.len(), 1, "{:?}", case.problems);
    }
}

#[test]
fn a_case_without_a_name_is_called_after_its_archive() {
    for name in ["case42.zip", "case42.ZIP", "case42"] {
        let (_dir, case) = open_as_case(name, &zip(&[("System.evt", EVT)]));
        assert_eq!((case.name.as_str(), case.config_file), ("case42", None));
        assert!(case.has_evidence());
    }
    let (_dir, case) = open_as_case(
        "case42.zip",
        &zip(&[("case.toml", b"date_order = \"dmy\""), ("a.evt", EVT)]),
    );
    assert_eq!(case.config_file.map(|id| id.0), Some(3));
    let (_dir, case) = open_with(
        "x.zip",
        &zip(&[("case.toml", b"name = \"x\""), ("a.evt", EVT)]),
    );
    assert_problem(&case, "x.zip!/case.toml", "not used");
}

#[test]
fn a_bad_case_toml_in_an_archive_is_named_by_its_path() {
    let dir = folder(&[("case42.zip", &zip(&[("case42/case.toml", b"nmae = 1")]))]);
    let fault = case::open(&dir.path().join("case42.zip")).unwrap_err();
    assert!(matches!(fault, Error::Config { .. }));
    assert!(
        fault.to_string().contains("case42.zip!/case42/case.toml"),
        "{fault}"
    );
}

#[test]
fn a_single_file_that_is_no_archive_is_refused_with_advice() {
    let office = zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<a/>"),
    ]);
    let dir = folder(&[("System.evt", EVT), ("report.docx", &office)]);
    for name in ["System.evt", "report.docx"] {
        let fault = case::open(&dir.path().join(name)).unwrap_err().to_string();
        assert!(fault.contains("analyze inspect"), "{fault}");
    }
}

#[test]
fn documents_and_programs_are_no_archives_of_evidence() {
    let dir = folder(&[
        (
            "a.docx",
            &zip(&[
                ("word/document.xml", b"<a/>"),
                ("[Content_Types].xml", b"<Types/>"),
            ]),
        ),
        (
            "b.jar",
            &zip(&[
                ("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0"),
                ("A.class", b"\xca\xfe"),
            ]),
        ),
        (
            "c.odt",
            &zip(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                ("a.xml", b""),
            ]),
        ),
        ("d.evt", EVT),
    ]);
    let case = case::open(dir.path()).unwrap();
    let listed: Vec<_> = case
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.format))
        .collect();
    assert_eq!(
        listed,
        [
            ("a.docx", Format::NotEvidence),
            ("b.jar", Format::NotEvidence),
            ("c.odt", Format::NotEvidence),
            ("d.evt", Format::Evt),
        ]
    );
    let first = case.files.first().unwrap();
    assert!(
        first.recognised_by.contains("Office"),
        "{}",
        first.recognised_by
    );
    assert!(case.problems.is_empty());
}

#[test]
fn archives_of_other_kinds_are_said_to_be_unread() {
    let (_dir, case) = open_with("MPSReports.cab", b"MSCF\0\0\0\0rest");
    assert_eq!(format_of(&case, "MPSReports.cab"), Format::OtherArchive);
    assert_problem(&case, "MPSReports.cab", "a .cab archive");
}

#[test]
fn seven_zip_archives_by_another_program() {
    for name in ["solid.7z", "lzma.7z"] {
        let (_dir, case) = open_with(name, &fixture(name));
        let path = |entry: &str| format!("{name}!/{entry}");
        assert_eq!(
            paths(&case),
            [
                name,
                &path("bh01/SysEvent.Evt"),
                &path("bh01/empty.csv"),
                &path("notes.txt")
            ]
        );
        assert_eq!(
            bytes_of(&case, &path("bh01/SysEvent.Evt")).get(..8),
            EVT.get(..8)
        );
        assert_eq!(format_of(&case, &path("bh01/SysEvent.Evt")), Format::Evt);
        assert_eq!(
            bytes_of(&case, &path("notes.txt")),
            b"a note about the case\n"
        );
        assert_problem(&case, &path("bh01/empty.csv"), "0 bytes");
        assert_eq!(case.problems.len(), 1, "{:?}", case.problems);
    }
}

#[test]
fn deflate64_by_another_program() {
    let (_dir, case) = open_with("a.zip", &fixture("deflate64.zip"));
    assert_eq!(bytes_of(&case, "a.zip!/numbers.txt"), numbers());
}

#[test]
fn what_is_encrypted_or_packed_otherwise_is_named() {
    for (name, path, part) in [
        (
            "encrypted.zip",
            "encrypted.zip",
            "Encrypted, and so not read: 1 entry (`numbers.txt`)",
        ),
        (
            "encrypted.7z",
            "encrypted.7z",
            "Encrypted, and so not read: 1 entry (`notes.txt`)",
        ),
        (
            "encrypted-names.7z",
            "encrypted-names.7z",
            "encrypted, with the names",
        ),
        (
            "bzip2.zip",
            "bzip2.zip",
            "not read (bzip2): 1 entry (`numbers.txt`)",
        ),
        ("ppmd.7z", "ppmd.7z", "PPMD"),
    ] {
        let (_dir, case) = open_with(name, &fixture(name));
        assert_problem(&case, path, part);
        assert_eq!(paths(&case), [name]);
    }
}

#[test]
fn nothing_is_written_beside_or_into_the_case() {
    let inner = zip(&[("System.evt", EVT)]);
    let dir = folder(&[("a.tar.gz", &gzip(&tar(&[("inner.zip", &inner)])))]);
    let before = fs::metadata(dir.path()).unwrap().modified().unwrap();
    let case = case::open(dir.path()).unwrap();
    assert_eq!(bytes_of(&case, "a.tar.gz!/inner.zip!/System.evt"), EVT);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(
        fs::metadata(dir.path()).unwrap().modified().unwrap(),
        before
    );
}

#[test]
fn an_archive_that_changed_since_is_not_read_at_the_old_offsets() {
    let dir = folder(&[
        ("a.zip", &zip(&[("System.evt", EVT)])),
        ("b.tar.gz", &gzip(&tar(&[("System.evt", EVT)]))),
    ]);
    let case = case::open(dir.path()).unwrap();
    for (archive, entry) in [
        ("a.zip", "a.zip!/System.evt"),
        ("b.tar.gz", "b.tar.gz!/System.evt"),
    ] {
        let source = &case
            .files
            .iter()
            .find(|file| file.path == entry)
            .unwrap()
            .source;
        let before = source.state().unwrap();
        assert!(source.open().is_ok());
        fs::write(dir.path().join(archive), b"something else").unwrap();
        assert!(
            source
                .open()
                .is_err_and(|fault| fault.to_string().contains("changed"))
        );
        assert_ne!(source.state().unwrap(), before);
        fs::remove_file(dir.path().join(archive)).unwrap();
        assert!(source.state().is_err());
    }
}

#[test]
fn long_names_and_extensions_of_tar_are_understood() {
    let long = format!("{}/System.evt", "bridgehead".repeat(30));
    let mut builder = ::tar::Builder::new(tar(&[(&long, EVT)]).get(..2048).unwrap().to_vec());
    builder
        .append_pax_extensions([("path", "ünïcode/System.evt".as_bytes())])
        .unwrap();
    let mut header = ::tar::Header::new_ustar();
    header.set_size(EVT.len() as u64);
    header.set_path("short").unwrap();
    header.set_cksum();
    builder.append(&header, EVT).unwrap();
    let (_dir, case) = open_with("a.tar", &builder.into_inner().unwrap());
    assert_eq!(bytes_of(&case, &format!("a.tar!/{long}")), EVT);
    assert_eq!(bytes_of(&case, "a.tar!/ünïcode/System.evt"), EVT);
    assert!(case.problems.is_empty(), "{:?}", case.problems);
}

#[test]
fn several_members_of_a_gz_are_one_file() {
    let (head, rest) = EVT.split_at(5);
    let both = [gzip(head), gzip(rest)].concat();
    let (_dir, case) = open_with("System.evt.GZ", &both);
    assert_eq!(bytes_of(&case, "System.evt.GZ!/System.evt"), EVT);
    assert!(case.problems.is_empty());
}

#[test]
fn one_archive_by_itself_brings_its_entries() {
    let dir = folder(&[
        ("case.toml", b"date_order = \"mdy\""),
        ("in/a.zip", &zip(&[("bh01/System.evt", EVT)])),
    ]);
    let case = case::open_file(&dir.path().join("in/a.zip")).unwrap();
    assert_eq!(paths(&case), ["in/a.zip", "in/a.zip!/bh01/System.evt"]);
    assert!(case.config.date_order.is_some());
    assert_eq!(bytes_of(&case, "in/a.zip!/bh01/System.evt"), EVT);
}
