//! Names and lists that were made to mislead.

use super::*;

/// The same archive with other names of the same length.
fn renamed(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let found: Vec<usize> = bytes
        .windows(from.len())
        .enumerate()
        .filter(|(_, window)| *window == from)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(found.len(), 2, "local and central header");
    for at in found {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn names_that_lead_outside_are_shown_inside() {
    let written = [
        ("../../etc/passwd.evt", "etc/passwd.evt"),
        ("C:\\WINDOWS\\System.evt", "WINDOWS/System.evt"),
        ("/var/log/System.evt", "var/log/System.evt"),
        ("..\\..\\boot.evt", "boot.evt"),
    ];
    let names: Vec<String> = (0..4)
        .map(|n| ["q", "w", "x", "z"][n].repeat(written[n].0.len()))
        .collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), EVT)).collect();
    let mut bytes = zip(&files);
    for (name, (hostile, _)) in names.iter().zip(written) {
        bytes = renamed(bytes, name.as_bytes(), hostile.as_bytes());
    }
    let (_dir, case) = open_with("a.zip", &bytes);
    for (_, shown) in written {
        assert_eq!(bytes_of(&case, &format!("a.zip!/{shown}")), EVT);
    }
    assert_problem(&case, "a.zip", "lead out of the archive");
    assert_problem(&case, "a.zip", "4 entries (`../../etc/passwd.evt`");
    assert_eq!(case.problems.len(), 1);
}

#[test]
fn both_entries_of_one_name_are_kept() {
    let bytes = zip(&[("bh01/aaaaaa.evt", EVT), ("bh01/System.evt", b"other")]);
    let bytes = renamed(bytes, b"aaaaaa", b"System");
    let (_dir, case) = open_with("a.zip", &bytes);
    assert_eq!(bytes_of(&case, "a.zip!/bh01/System.evt"), EVT);
    assert_eq!(bytes_of(&case, "a.zip!/bh01/System (2).evt"), b"other");
    assert_problem(&case, "a.zip", "More than one entry of the same name");
}

#[test]
fn names_in_code_page_437_are_understood() {
    // ü is 0x81 there, and no UTF-8.
    let bytes = renamed(zip(&[("f0r.evt", EVT)]), b"f0r.evt", b"f\x81r.evt");
    let (_dir, case) = open_with("a.zip", &bytes);
    assert_eq!(bytes_of(&case, "a.zip!/für.evt"), EVT);
    assert!(case.problems.is_empty(), "{:?}", case.problems);
}

#[test]
fn links_and_devices_of_tar_are_reported_and_not_followed() {
    let mut builder = ::tar::Builder::new(Vec::new());
    let mut add = |name: &str, kind: ::tar::EntryType, target: Option<&str>| {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_path(name).unwrap();
        if let Some(target) = target {
            header.set_link_name_literal(target).unwrap();
        }
        header.set_size(0);
        header.set_cksum();
        builder.append(&header, std::io::empty()).unwrap();
    };
    add("bh01/", ::tar::EntryType::Directory, None);
    add(
        "bh01/out.evt",
        ::tar::EntryType::Symlink,
        Some("/etc/passwd"),
    );
    add("bh01/hard.evt", ::tar::EntryType::Link, Some("../../x"));
    add("bh01/null", ::tar::EntryType::Char, None);
    add("bh01/pipe", ::tar::EntryType::Fifo, None);
    let (_dir, case) = open_with("a.tar", &builder.into_inner().unwrap());
    assert_eq!(paths(&case), ["a.tar"]);
    assert_problem(
        &case,
        "a.tar",
        "Links, which are never followed: 2 entries (`bh01/out.evt`, `bh01/hard.evt`)",
    );
    assert_problem(&case, "a.tar", "Devices, pipes");
}

#[test]
fn links_of_zip_are_reported_and_not_followed() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_symlink("out.evt", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    let (_dir, case) = open_with("a.zip", &bytes);
    assert_eq!(paths(&case), ["a.zip"]);
    assert_problem(&case, "a.zip", "Links, which are never followed");
}

#[test]
fn a_tar_that_declares_endless_names_takes_no_memory() {
    // A long name of 8 GiB, of which nothing is there.
    let mut header = ::tar::Header::new_gnu();
    header.set_entry_type(::tar::EntryType::GNULongName);
    header.set_path("././@LongLink").unwrap();
    header.set_size(8 << 30);
    header.set_cksum();
    let bytes = [header.as_bytes().as_slice(), &tar(&[("a.evt", EVT)])].concat();
    let (_dir, case) = open_with("a.tar", &bytes);
    assert_eq!(paths(&case), ["a.tar"]);
}

#[test]
fn entries_that_share_bytes_are_refused() {
    // Two entries of the directory that lead to one local header.
    let bytes = zip(&[("aa.evt", EVT), ("bb.evt", b"other")]);
    let second = bytes
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .unwrap();
    let mut bytes = bytes;
    bytes[second + 42..second + 46].copy_from_slice(&0_u32.to_le_bytes());
    let (_dir, case) = open_with("a.zip", &bytes);
    assert_eq!(paths(&case), ["a.zip", "a.zip!/aa.evt"]);
    assert_problem(
        &case,
        "a.zip",
        "bytes of other entries, and were not read: 1 entry (`bb.evt`)",
    );
}

#[test]
fn sizes_that_an_archive_declares_are_not_believed() {
    let mut bytes = zip(&[("a.evt", EVT)]);
    let central = bytes
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap();
    // 4 GiB less a byte or two, in both headers.
    bytes[central + 24..central + 28].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
    bytes[22..26].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
    let (_dir, case) = open_with("a.zip", &bytes);
    assert_eq!(bytes_of(&case, "a.zip!/a.evt"), EVT);
    assert_problem(
        &case,
        "a.zip!/a.evt",
        "says that it has 4294967280 bytes, but it has 16",
    );
}

#[test]
fn a_folder_called_like_an_archive_keeps_its_files() {
    let dir = folder(&[
        ("a.zip", &zip(&[("x.evt", EVT)])),
        ("a.zip!/x.evt", b"\x30\0\0\0LfLeother"),
    ]);
    let case = case::open(dir.path()).unwrap();
    assert_eq!(paths(&case), ["a.zip", "a.zip!/x (2).evt", "a.zip!/x.evt"]);
}
