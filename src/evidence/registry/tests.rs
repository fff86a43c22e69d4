//! Exports as the forge writes them, by hand, damaged, and at random.

use forge::registry::{Data, Form, Key, write};
use proptest::prelude::*;

use crate::case::Format;
use crate::evidence::model::{Origin, Reading, RegistryExport};
use crate::evidence::trial::{assert_told, format, read, read_as};

const NAMED: &str = "BH01_registry_20060320T220000Z.reg";
const STORE: &str = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan";
const SCANNER: &str = r"HKEY_LOCAL_MACHINE\SOFTWARE\Symantec\SMSMSE\4.6\Server";
const NAME: &str = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName";
const ZONE: &str = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\TimeZoneInformation";

/// Keys that matter beside others, with every type of value.
fn keys() -> Vec<Key> {
    vec![
        Key::new(r"HKEY_LOCAL_MACHINE\SOFTWARE\Other").text("Irrelevant", "x"),
        Key::new(STORE)
            .dword("Enabled", 1)
            .dword("ScanTimeout", 600)
            .text("Library", "C:\\Program Files\\x \"y\".dll"),
        Key::new(SCANNER)
            .text("", "default")
            .with("Path", Data::ExpandText("%ProgramFiles%\\é".to_owned()))
            .with(
                "List",
                Data::MultiText(vec!["a".to_owned(), "b".to_owned()]),
            )
            .with("Big", Data::Qword(0x1_0000_0002))
            .with("Blob", Data::Binary((0..100).collect())),
        Key::new(r"HKEY_LOCAL_MACHINE\SOFTWARE\Symantec\SMSMSE\4.6\Server\Empty"),
    ]
}

fn one(reading: &Reading) -> &RegistryExport {
    assert_eq!(reading.registry.len(), 1, "{:#?}", reading.problems);
    reading.registry.first().unwrap()
}

fn values(export: &RegistryExport) -> Vec<(&str, &str, &str, Option<u64>)> {
    export
        .values
        .iter()
        .map(|v| (v.name.as_str(), v.kind.as_str(), v.data.as_str(), v.number))
        .collect()
}

#[test]
fn every_form_tells_the_same() {
    let blob: String = (0..100).map(|byte| format!("{byte:02x}")).collect();
    for form in Form::ALL {
        let bytes = write(form, &keys());
        let wanted = match form {
            Form::Query | Form::Query2003 => Format::RegistryQuery,
            _ => Format::RegistryFile,
        };
        assert_eq!(format(&bytes), wanted, "{form:?}");
        let reading = read(NAMED, &bytes, "code_page = 1252");
        assert_told(&reading, &[]);
        let export = one(&reading);
        assert_eq!(export.server.value, "BH01");
        assert_eq!(export.server.from, Origin::FileNamePattern);
        assert_eq!(
            export.at.value.at.to_string(),
            "2006-03-20T22:00:00.000000Z"
        );
        assert_eq!(
            values(export),
            [
                ("Enabled", "REG_DWORD", "1", Some(1)),
                ("ScanTimeout", "REG_DWORD", "600", Some(600)),
                ("Library", "REG_SZ", "C:\\Program Files\\x \"y\".dll", None),
                ("", "REG_SZ", "default", None),
                ("Path", "REG_EXPAND_SZ", "%ProgramFiles%\\é", None),
                ("List", "REG_MULTI_SZ", "a; b", None),
                ("Big", "REG_QWORD", "4294967298", Some(0x1_0000_0002)),
                ("Blob", "REG_BINARY", blob.as_str(), None),
            ],
            "{form:?}"
        );
        let keys: Vec<&str> = export.keys.iter().map(String::as_str).collect();
        assert_eq!(keys, [STORE, SCANNER, &format!("{SCANNER}\\Empty")]);
        assert_eq!(export.values[0].key, STORE);
        assert_eq!((reading.records, reading.damaged), (9, 0));
    }
}

#[test]
fn each_value_cites_its_line() {
    let text = "REGEDIT4\r\n\r\n; remark\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Symantec\\SMSMSE]\r\n\"a\"=hex:01,\\\r\n  02\r\n\"b\"=dword:00000002\r\n";
    let reading = read(NAMED, text.as_bytes(), "");
    let export = one(&reading);
    assert_eq!(export.cite.to_string(), "E7#4");
    let lines: Vec<u64> = export.values.iter().map(|v| v.cite.record).collect();
    assert_eq!(lines, [5, 7]);
    assert_eq!(export.values[0].data, "0102");
}

#[test]
fn the_export_itself_names_server_and_zone() {
    let mut keys = keys();
    keys.push(Key::new(NAME).text("ComputerName", "BH02"));
    // -60: minutes that the server's clock runs ahead of UTC.
    keys.push(
        Key::new(ZONE)
            .dword("Bias", 0xffff_ffc4)
            .text("StandardName", "CET"),
    );
    for form in Form::ALL {
        let reading = read(
            "20060320T220000Z.reg",
            &write(form, &keys),
            "code_page = 1252",
        );
        assert_told(&reading, &[]);
        let export = one(&reading);
        assert_eq!(
            (export.server.value.as_str(), export.server.from),
            ("BH02", Origin::Document)
        );
        assert!(
            reading
                .notes
                .iter()
                .any(|note| note.contains("Bias -60, StandardName CET"))
        );
    }
    let reading = read(NAMED, &write(Form::Regedit5, &keys), "");
    assert_told(&reading, &["disagree about the server: `BH02` and `BH01`"]);
}

#[test]
fn case_toml_says_what_the_file_does_not() {
    let bytes = write(Form::Regedit5, &keys());
    let config = "[[setting]]\nfile = \"new\"\nserver = \"BE01\"\ncaptured_at = \"2006-03-21T08:00\"\ntime_zone = \"America/New_York\"\n";
    let reading = read("new/after.reg", &bytes, config);
    assert_told(&reading, &[]);
    let export = one(&reading);
    assert_eq!(
        (export.server.value.as_str(), export.server.from),
        ("BE01", Origin::CaseToml)
    );
    assert_eq!(
        export.at.value.at.to_string(),
        "2006-03-21T13:00:00.000000Z"
    );
    // Without it the values are left out, and the line to add is told.
    let reading = read("bh01/after.reg", &bytes, "");
    assert!(reading.registry.is_empty());
    assert_told(&reading, &["file = \"bh01/after.reg\""]);
    assert!(
        reading.problems[0]
            .what
            .contains("8 values cannot be used: the time")
    );
    // A local time in the name needs a zone.
    let reading = read("BH01_registry_20060320T2200.reg", &bytes, "");
    assert_told(&reading, &["has no time zone", "8 values"]);
}

#[test]
fn exports_of_other_keys_are_left_alone() {
    let keys = [Key::new(r"HKEY_CURRENT_USER\Software\X").dword("a", 1)];
    for form in Form::ALL {
        let reading = read("whatever.reg", &write(form, &keys), "");
        assert!(reading.registry.is_empty() && reading.problems.is_empty());
        assert!(
            reading.notes[0].contains("left alone"),
            "{:?}",
            reading.notes
        );
    }
}

#[test]
fn control_sets_of_other_times_are_left_out() {
    let set = |name: &str, seconds: u32| {
        Key::new(&STORE.replace("CurrentControlSet", name)).dword("ScanTimeout", seconds)
    };
    let select =
        |number: u32| Key::new(r"HKEY_LOCAL_MACHINE\SYSTEM\Select").dword("Current", number);
    let timeout = |keys: &[Key]| {
        let reading = read(NAMED, &write(Form::Regedit5, keys), "");
        let timeouts: Vec<Option<u64>> = one(&reading).values.iter().map(|v| v.number).collect();
        (timeouts, reading.problems.len())
    };
    assert_eq!(timeout(&[set("ControlSet001", 1)]), (vec![Some(1)], 0));
    let both = [set("ControlSet001", 1), set("ControlSet003", 3)];
    assert_eq!(timeout(&both), (vec![Some(1)], 1));
    let told = [set("ControlSet001", 1), set("ControlSet003", 3), select(3)];
    assert_eq!(timeout(&told), (vec![Some(3)], 1));
    let current = [set("ControlSet001", 1), set("CurrentControlSet", 2)];
    assert_eq!(timeout(&current), (vec![Some(2)], 0));
}

#[test]
fn damage_is_counted_and_told() {
    let text = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Symantec\\SMSMSE]\r\n\
        \"good\"=dword:0000000a\r\n\"bad\"=dword:xyz\r\ngarbage\r\n\"cut\"=hex:01,\\\r\n[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Y]\r\n\
        \"lost\"=dword:00000001\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Symantec\\SMSMSE\\A]\r\n\"gone\"=-\r\n\"two\"=\"a\r\nb\"\r\n\
        \"plus\"=hex:+1\r\n\"last\"=\"open";
    let reading = read(NAMED, text.as_bytes(), "");
    let names: Vec<&str> = one(&reading)
        .values
        .iter()
        .map(|v| v.name.as_str())
        .collect();
    assert_eq!(names, ["good", "two"]);
    assert_eq!(one(&reading).values[1].data, "a\nb");
    assert_eq!(reading.damaged, 5);
    assert_told(
        &reading,
        &[
            "5 lines of the export could not be read (the first: line 5, line 6, line 7)",
            "2 keys or values are to be deleted",
        ],
    );
}

#[test]
fn queries_with_a_sum_and_strange_lines() {
    let text = "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Symantec\\SMSMSE\r\n    A REG_SZ name    REG_SZ    x REG_DWORD y\r\n    n    REG_DWORD    0xzz\r\n\r\n\
        End of search: 2 match(es) found.\r\n";
    let reading = read("BH01_q_20060320T220000Z.txt", text.as_bytes(), "");
    // A name that holds a type cannot be told from the type: the first that stands alone is taken.
    assert_eq!(values(one(&reading))[0].1, "REG_SZ");
    assert_eq!(reading.damaged, 1);
    assert_told(&reading, &["1 line of the export"]);
}

#[test]
fn a_flood_of_values_and_endless_keys_are_bounded() {
    let mut text = String::from("REGEDIT4\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Symantec\\SMSMSE]\n");
    for number in 0..25_000 {
        text.push_str(&format!("\"v{number}\"=dword:1\n"));
    }
    let long = format!(
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Symantec\\SMSMSE\\{}]\n\"a\"=dword:1\n",
        "x".repeat(100_000)
    );
    text.push_str(&long);
    let reading = read(NAMED, text.as_bytes(), "");
    assert_eq!(one(&reading).values.len(), 20_000);
    assert_told(&reading, &["The last 5000 of them"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Cut anywhere, with bytes changed anywhere: never more than the file held, and no panic.
    #[test]
    fn damaged_exports_are_read_within_bounds(
        form in 0..5_usize,
        cut in 0..4000_usize,
        changes in prop::collection::vec((0..4000_usize, any::<u8>()), 0..8)
    ) {
        let mut bytes = write(Form::ALL[form], &keys());
        bytes.truncate(cut);
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        for format in [Format::RegistryFile, Format::RegistryQuery] {
            let reading = read_as(format, NAMED, &bytes, "");
            let kept: usize = reading.registry.iter().map(|export| export.values.len()).sum();
            prop_assert!(kept as u64 <= reading.records && kept <= bytes.len());
        }
    }

    #[test]
    fn any_text_is_read(lines in prop::collection::vec("[-@\"\\\\\\[\\]=:,hexdwor0-9 ]{0,30}", 0..30)) {
        let text = format!("REGEDIT4\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Symantec\\SMSMSE]\n{}", lines.join("\n"));
        let reading = read_as(Format::RegistryFile, NAMED, text.as_bytes(), "");
        prop_assert!(reading.records <= text.lines().count() as u64);
    }
}
