//! Objects as Export-Clixml lays them out. `EventLogRecord` after a real one (HealthChecker's test data of the
//! CSS-Exchange project); `EventLogEntry` by MS-PSRP 2.2.5 and the class's properties, as no real one was found.

use proptest::prelude::*;

use super::super::POWERSHELL_CLIXML;
use super::super::reading::{events, read, whats};
use crate::evidence::model::Level;
use crate::time::SECOND;

fn objs(objects: &str) -> String {
    format!(
        "\u{feff}<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\r\n{objects}</Objs>"
    )
}

/// `Get-WinEvent | Export-Clixml`; the first object defines the types that the others refer to.
fn record(number: u64, types: &str) -> String {
    format!(
        "  <Obj RefId=\"{number}\">\r\n    {types}\r\n    \
    <ToString>System.Diagnostics.Eventing.Reader.EventLogRecord</ToString>\r\n    <Props>\r\n      \
      <I32 N=\"Id\">348</I32>\r\n      <Nil N=\"Version\" />\r\n      <I32 N=\"Qualifiers\">49156</I32>\r\n      \
      <By N=\"Level\">2</By>\r\n      <I32 N=\"Task\">2</I32>\r\n      <Nil N=\"Opcode\" />\r\n      \
      <I64 N=\"Keywords\">36028797018963968</I64>\r\n      <I64 N=\"RecordId\">{number}</I64>\r\n      \
      <S N=\"ProviderName\">MSExchangeTransport</S>\r\n      <Nil N=\"ProviderId\" />\r\n      \
      <S N=\"LogName\">Application</S>\r\n      <S N=\"MachineName\">BH01</S>\r\n      \
      <Obj N=\"UserId\" RefId=\"9{number}\">\r\n        <TN RefId=\"9{number}\">\r\n          \
          <T>System.Security.Principal.SecurityIdentifier</T>\r\n        </TN>\r\n        \
        <ToString>S-1-5-18</ToString>\r\n        <Props>\r\n          <I32 N=\"BinaryLength\">12</I32>\r\n          \
          <Nil N=\"AccountDomainSid\" />\r\n          <S N=\"Value\">S-1-5-18</S>\r\n        </Props>\r\n      \
      </Obj>\r\n      <DT N=\"TimeCreated\">2006-03-14T09:30:02-05:00</DT>\r\n      \
      <S N=\"LevelDisplayName\">Error</S>\r\n      <Obj N=\"Properties\" RefId=\"8{number}\">\r\n        \
        <TNRef RefId=\"5\" />\r\n        <LST>\r\n          \
          <Obj RefId=\"71\"><TNRef RefId=\"6\" /><Props><S N=\"Value\">&lt;a_x0040_b&gt;</S></Props></Obj>\r\n          \
          <Obj RefId=\"72\"><TNRef RefId=\"6\" /><Props><S N=\"Value\"></S></Props></Obj>\r\n          \
          <Obj RefId=\"73\"><TNRef RefId=\"6\" /><Props><S N=\"Value\">0x0</S></Props></Obj>\r\n          \
          <Obj RefId=\"74\"><TNRef RefId=\"6\" /><Props><BA N=\"Value\">AAE=</BA></Props></Obj>\r\n        \
        </LST>\r\n      </Obj>\r\n    </Props>\r\n    <MS>\r\n      \
      <S N=\"Message\">A message could not be virus scanned._x000D__x000A_Error Code 0x0.</S>\r\n    </MS>\r\n  \
  </Obj>\r\n"
    )
}

const DEFINED: &str = "<TN RefId=\"0\">\r\n      <T>System.Diagnostics.Eventing.Reader.EventLogRecord</T>\r\n      \
    <T>System.Diagnostics.Eventing.Reader.EventRecord</T>\r\n      <T>System.Object</T>\r\n    </TN>";
const REFERRED: &str = "<TNRef RefId=\"0\" />";

#[test]
fn records_of_get_winevent() {
    let text = objs(&(record(4711, DEFINED) + &record(4712, REFERRED)));
    let found = events(&POWERSHELL_CLIXML, &text);
    let event = found.last().unwrap();
    assert_eq!((found.len(), event.cite.record), (2, 4712));
    assert_eq!(
        (event.id, event.qualifiers, event.level, event.category),
        (348, Some(0xC004), Level::Error, Some(2))
    );
    assert_eq!(
        (
            event.provider.as_ref(),
            event.channel.as_ref(),
            event.computer.as_ref()
        ),
        ("MSExchangeTransport", "Application", "BH01")
    );
    assert_eq!(event.strings, ["<a@b>", "", "0x0"]);
    assert_eq!(event.user.as_deref(), Some("S-1-5-18"));
    assert_eq!(
        event.text.as_deref(),
        Some("A message could not be virus scanned.\r\nError Code 0x0.")
    );
    assert_eq!(
        (event.time.at.to_string().as_str(), event.time.precision),
        ("2006-03-14T14:30:02.000000Z", SECOND)
    );
}

/// `Get-EventLog | Export-Clixml`: PowerShell adds log, source and identifier to the name of the type.
const ENTRY: &str = "  <Obj RefId=\"0\">
    <TN RefId=\"0\">
      <T>System.Diagnostics.EventLogEntry#system/Service Control Manager/1073748860</T>
      <T>System.Diagnostics.EventLogEntry</T>
      <T>System.ComponentModel.Component</T>
      <T>System.Object</T>
    </TN>
    <ToString>System.Diagnostics.EventLogEntry</ToString>
    <Props>
      <S N=\"MachineName\">BH01</S>
      <Obj N=\"Data\" RefId=\"1\"><TN RefId=\"1\"><T>System.Byte[]</T></TN><LST /></Obj>
      <I32 N=\"Index\">815</I32>
      <S N=\"Category\">(0)</S>
      <I16 N=\"CategoryNumber\">0</I16>
      <Obj N=\"EntryType\" RefId=\"2\">
        <TN RefId=\"2\">
          <T>System.Diagnostics.EventLogEntryType</T>
          <T>System.Enum</T>
        </TN>
        <ToString>Information</ToString>
        <I32>4</I32>
      </Obj>
      <S N=\"Message\">The SMTP service entered the stopped state.</S>
      <S N=\"Source\">Service Control Manager</S>
      <Obj N=\"ReplacementStrings\" RefId=\"3\">
        <TN RefId=\"3\"><T>System.String[]</T></TN>
        <LST>
          <S>SMTP</S>
          <S>stopped</S>
        </LST>
      </Obj>
      <I64 N=\"InstanceId\">1073748860</I64>
      <DT N=\"TimeGenerated\">2006-03-14T09:30:02</DT>
      <DT N=\"TimeWritten\">2006-03-14T09:30:03-05:00</DT>
      <S N=\"UserName\">NT AUTHORITY\\SYSTEM</S>
      <Nil N=\"Site\" />
      <Nil N=\"Container\" />
    </Props>
    <MS><I32 N=\"EventID\">7036</I32></MS>
  </Obj>
";

#[test]
fn entries_of_get_eventlog() {
    let text = objs(&ENTRY.replace("02</DT>", "02-05:00</DT>"));
    let found = events(&POWERSHELL_CLIXML, &text);
    let event = found.first().unwrap();
    assert_eq!(
        (event.id, event.qualifiers, event.level, event.record_id),
        (7036, Some(0x4000), Level::Information, Some(815))
    );
    assert_eq!(
        (event.channel.as_ref(), event.strings.join(",")),
        ("System", "SMTP,stopped".into())
    );
    assert_eq!(event.user.as_deref(), Some("NT AUTHORITY\\SYSTEM"));
    assert_eq!(
        event.written.unwrap().to_string(),
        "2006-03-14T14:30:03.000000Z"
    );
}

#[test]
fn a_time_without_offset_is_local() {
    let reading = read(&POWERSHELL_CLIXML, objs(ENTRY).as_bytes());
    let local = reading.local.records.first().unwrap();
    assert_eq!(
        (local.written.as_ref(), local.record_id),
        ("2006-03-14T09:30:02", Some(815))
    );
    assert_eq!((reading.records, reading.damaged), (1, 0));
}

#[test]
fn chosen_properties_and_objects_from_elsewhere() {
    // `Select-Object`: the properties are notes of a new object.
    let chosen = record(1, DEFINED)
        .replace(
            "<T>System.Diagnostics.Eventing.Reader.EventLogRecord",
            "<T>Selected.System.Diagnostics.Eventing.Reader.EventLogRecord",
        )
        .replacen("<Props>", "<MS>", 1)
        .replace("    </Props>\r\n    <MS>\r\n", "");
    assert_eq!(chosen.matches("<MS>").count(), 1);
    let remote = ENTRY
        .replace("<T>System.D", "<T>Deserialized.System.D")
        .replace("02</DT>", "02Z</DT>");
    for text in [chosen, remote] {
        assert_eq!(events(&POWERSHELL_CLIXML, &objs(&text)).len(), 1, "{text}");
    }
}

#[test]
fn lists_are_looked_through_and_other_objects_left_alone() {
    let other = "<Obj RefId=\"50\"><TN RefId=\"50\"><T>System.Diagnostics.Process</T></TN><Props><I32 N=\"Id\">4</I32></Props></Obj>";
    let list = format!(
        "<Obj RefId=\"60\"><TN RefId=\"60\"><T>System.Object[]</T></TN><LST>{other}{}{other}</LST></Obj>",
        record(7, DEFINED)
    );
    let reading = read(&POWERSHELL_CLIXML, objs(&list).as_bytes());
    assert_eq!(
        (reading.records, reading.damaged, whats(&reading)),
        (1, 0, vec![])
    );
}

#[test]
fn a_broken_object_costs_only_itself() {
    // The second is the one that defines the type: the others refer to what is lost, and are known by what they say.
    let broken = record(2, DEFINED)
        .replace("<T>", "<X>")
        .replace("</LST>", "");
    let text = objs(&(record(1, REFERRED) + &broken + &record(3, REFERRED)));
    let reading = read(&POWERSHELL_CLIXML, text.as_bytes());
    assert_eq!(reading.records, 2);
    for (bad, what) in [
        (
            record(2, REFERRED).replace("</LST>", ""),
            "its XML is broken",
        ),
        (
            record(2, REFERRED).replace("348", "x"),
            "`x` is no event id",
        ),
        (
            record(2, REFERRED).replace("TimeCreated", "Time"),
            "it has no time",
        ),
        (
            record(2, DEFINED).replace("</MS>\r\n  </Obj>", "</MS>"),
            "the next one begins inside it",
        ),
    ] {
        let text = objs(&(record(1, DEFINED) + &bad + &record(3, REFERRED)));
        let reading = read(&POWERSHELL_CLIXML, text.as_bytes());
        assert!(
            whats(&reading).concat().contains(what),
            "{what}: {:?}",
            whats(&reading)
        );
        assert_eq!((reading.records, reading.damaged), (2, 1), "{what}");
    }
    let text = objs(&(record(1, DEFINED) + &record(2, REFERRED)));
    let cut = text.get(..text.len() - 100).unwrap();
    let reading = read(&POWERSHELL_CLIXML, cut.as_bytes());
    assert_eq!((reading.records, reading.damaged), (1, 1));
    assert!(whats(&reading).concat().contains("the file ends inside it"));
}

#[test]
fn strings_that_were_lost_are_told() {
    let shallow = record(1, DEFINED)
        .replace(
            "<Props><S N=\"Value\">&lt;a_x0040_b&gt;</S></Props>",
            "<ToString>System.Diagnostics.Eventing.Reader.EventProperty</ToString>",
        )
        .replace("N=\"Message\"", "N=\"Text\"");
    let reading = read(&POWERSHELL_CLIXML, objs(&shallow).as_bytes());
    assert_eq!(
        reading.events.first().unwrap().strings,
        Vec::<String>::new()
    );
    assert_eq!(
        whats(&reading),
        ["Neither message texts nor insertion strings were saved."]
    );
    assert!(
        reading
            .notes
            .concat()
            .contains("The insertion strings of 1 of its 1 records were lost")
    );
}

#[test]
fn hostile_text_takes_no_longer_than_its_length() {
    for piece in [
        "<Obj>",
        "<Obj><TN><T>System.Diagnostics.EventLogEntry</T></TN>",
        "<Obj><TNRef RefId=\"1\"/>",
        "<Obj><TN RefId='",
        "<Obj><TN><!--",
    ] {
        let reading = read(&POWERSHELL_CLIXML, objs(&piece.repeat(100_000)).as_bytes());
        assert_eq!(reading.records, 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn changed_cut_and_shuffled_text_never_panics(
        changes in prop::collection::vec((0_usize..7000, "[<>&/'\"_x0 a-z]"), 0..12),
        cut in 0_usize..7500,
        pieces in prop::collection::vec(0_usize..6, 0..6),
    ) {
        let mut text = objs(&(record(1, DEFINED) + &record(2, REFERRED) + ENTRY));
        for (at, with) in changes {
            if text.get(at..at + 1).is_some() {
                text.replace_range(at..at + 1, &with);
            }
        }
        text.truncate(text.floor_char_boundary(cut));
        let reading = read(&POWERSHELL_CLIXML, text.as_bytes());
        prop_assert!(reading.records <= 3);
        let sixth = text.len() / 6;
        let shuffled: String = pieces.iter().filter_map(|piece| text.get(piece * sixth..(piece + 1) * sixth)).collect();
        let reading = read(&POWERSHELL_CLIXML, shuffled.as_bytes());
        prop_assert!(reading.records <= 6);
    }
}
