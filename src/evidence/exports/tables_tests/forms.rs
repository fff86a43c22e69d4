//! Sound exports, in the layouts that public samples and documentation show.

use super::*;
use crate::evidence::model::Level;

const MESSAGE: &str = "A message could not be virus scanned - this operation will be retried later. Internet \
                       Message ID <a@b>, Error Code 0x0.";

#[test]
fn windows_2003_with_commas_in_an_unquoted_description() {
    let text = format!(
        "3/14/2006,9:30:00 AM,MSExchangeTransport,Error,Exchange Store Driver ,348,N/A,BH01,{MESSAGE}\r\n\
         3/14/2006,9:29:58 AM,DCOM,Error,None,10016,NT AUTHORITY\\SYSTEM,BH01,\"First, line\"\"s\"\"\r\n\r\nlast\"\r\n\
         3/14/2006,9:29:57 AM,Service Control Manager,Information,None,7036,N/A,BH01,The X service, so called,\r\n\
         entered the running state.\r\n\r\n"
    );
    let (format, reading) = read(&text);
    assert_eq!(format, Format::EventViewer2003);
    assert_eq!(
        (reading.records, reading.damaged),
        (3, 0),
        "{}",
        whats(&reading)
    );
    let events = events(&reading);
    let (time, event) = events[0];
    assert_eq!(time, "3/14/2006 9:30:00 AM");
    assert_eq!((event.id, event.level), (348, Level::Error));
    assert_eq!(event.provider.as_ref(), "MSExchangeTransport");
    assert_eq!(event.computer.as_ref(), "BH01");
    assert_eq!((event.text.as_deref(), &event.user), (Some(MESSAGE), &None));
    assert_eq!(
        events[1].1.text.as_deref(),
        Some("First, line\"s\"\n\nlast")
    );
    assert_eq!(events[1].1.user.as_deref(), Some("NT AUTHORITY\\SYSTEM"));
    assert_eq!(
        events[2].1.text.as_deref(),
        Some("The X service, so called,\nentered the running state.")
    );
}

#[test]
fn windows_2003_as_text_and_through_excel() {
    let rows = "14.03.2006\t09:30:00\tMSExchangeTransport\tFehler\t(4)\t348\tNicht zutreffend\tBH01\tText; mehr\n\
                14.03.2006\t09:30:01\tEventLog\tInformationen\tKeine\t6005\tNicht zutreffend\tBH01\t\n";
    let (format, reading) = read(rows);
    assert_eq!(
        (format, reading.records, reading.damaged),
        (Format::EventViewer2003, 2, 0)
    );
    let (time, event) = events(&reading)[0];
    assert_eq!(time, "14.03.2006 09:30:00");
    assert_eq!((event.level, event.category), (Level::Error, Some(4)));
    assert_eq!(events(&reading)[1].1.text, None);

    let excel = "\u{feff}sep=;\r\nDatum;Uhrzeit;Quelle;Typ;Kategorie;Ereignis;Benutzer;Computer;Beschreibung\r\n\
                 14.03.2006;09:30:00;MSExchangeTransport;Fehler;Keine;348;N/A;BH01;\"a; \"\"b\"\"\";;\r\n";
    let (format, reading) = read(excel);
    assert_eq!(
        (format, reading.records, reading.damaged),
        (Format::EventViewer2003, 1, 0)
    );
    assert_eq!(events(&reading)[0].1.text.as_deref(), Some("a; \"b\""));
}

/// The notice for a missing message file, as the Event Viewer of 2003 words it.
#[test]
fn windows_2003_without_the_message_file() {
    let text = "3/14/2006,9:30:00 AM,MSExchangeTransport,Error,(4),348,N/A,BH01,The description for Event ID ( 348 ) \
                in Source ( MSExchangeTransport ) cannot be found. The local computer may not have the necessary \
                registry information or message DLL files to display messages from a remote computer. The following \
                information is part of the event: <a@b>, 0x0.\r\n";
    let (_, reading) = read(text);
    let (_, event) = events(&reading)[0];
    assert_eq!(event.strings, ["<a@b>", "0x0"]);
    assert_eq!(event.text, None);
}

#[test]
fn event_viewer_in_five_languages() {
    for (header, level, time) in [
        (
            "Level,Date and Time,Source,Event ID,Task Category",
            "Error",
            "3/14/2006 9:30:00 AM",
        ),
        (
            "Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie",
            "Fehler",
            "14.03.2006 09:30:00",
        ),
        (
            "Niveau,Date et heure,Source,ID de l\u{2019}événement,Catégorie de la tâche",
            "Erreur",
            "14/03/2006 09:30:00",
        ),
        (
            "Nivel,Fecha y hora,Origen,Id. del evento,Categoría de la tarea",
            "Error",
            "14/03/2006 9:30:00",
        ),
        (
            "レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ",
            "エラー",
            "2006/03/14 9:30:00",
        ),
    ] {
        let text = format!(
            "{header}\r\n{level},{time},MSExchangeTransport,348,(4),\"{MESSAGE}\r\n\r\nMore \"\"text\"\"\"\r\n\
             {level},{time},EventLog,6005,None,The Event log service was started.\r\n"
        );
        for text in [
            text.clone(),
            format!("\u{feff}{text}"),
            format!("sep=,\r\n{text}"),
        ] {
            let (format, reading) = read(&text);
            assert_eq!(format, Format::EventViewerCsv, "{text}");
            assert_eq!(
                (reading.records, reading.damaged),
                (2, 0),
                "{}",
                whats(&reading)
            );
            let (written, event) = events(&reading)[0];
            assert_eq!(
                (written, event.level, event.category),
                (time, Level::Error, Some(4))
            );
            let expected = format!("{MESSAGE}\n\nMore \"text\"");
            assert_eq!(event.text.as_deref(), Some(expected.as_str()));
        }
    }
}

#[test]
fn event_viewer_with_other_columns() {
    let text = "Keywords;Date and Time;Source;Event ID;Computer;Log;Event Record ID;\r\n\
                Audit Success;3/14/2006 9:30:00 AM;Security;520;bh01.corp.example;Security;4711;\"System time; changed\"\r\n";
    let (_, reading) = read(text);
    let (_, event) = events(&reading)[0];
    assert_eq!((event.level, event.record_id), (Level::Always, Some(4711)));
    assert_eq!(
        (event.computer.as_ref(), event.channel.as_ref()),
        ("bh01.corp.example", "Security")
    );
    assert_eq!(event.text.as_deref(), Some("System time; changed"));

    let tabs = "Level\tDate and Time\tSource\tEvent ID\tTask Category\n\
                Information\t4/16/2020 3:47:36 PM\tMicrosoft-Windows-Kernel-General\t12\tNone\t\"The operating system\n\
                started, at last.\"\n";
    let (format, reading) = read(tabs);
    assert_eq!((format, reading.records), (Format::EventViewerCsv, 1));
    assert_eq!(
        events(&reading)[0].1.provider.as_ref(),
        "Microsoft-Windows-Kernel-General"
    );
}

#[test]
fn event_viewer_with_a_description_that_lost_its_quotation_marks() {
    let text = "Level,Date and Time,Source,Event ID,Task Category\n\
                Error,3/14/2006 9:30:00 AM,a,1,None,one, two, three\n";
    let (_, reading) = read(text);
    assert_eq!(
        events(&reading)[0].1.text.as_deref(),
        Some("one, two, three")
    );
}

#[test]
fn get_win_event_whole_and_selected() {
    let whole = format!(
        "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\
         \"Message\",\"Id\",\"Version\",\"Qualifiers\",\"Level\",\"Task\",\"Opcode\",\"Keywords\",\"RecordId\",\"ProviderName\",\
         \"ProviderId\",\"LogName\",\"ProcessId\",\"ThreadId\",\"MachineName\",\"UserId\",\"TimeCreated\",\"ActivityId\",\
         \"RelatedActivityId\",\"ContainerLog\",\"MatchedQueryIds\",\"Bookmark\",\"LevelDisplayName\",\"OpcodeDisplayName\",\
         \"TaskDisplayName\",\"KeywordsDisplayNames\",\"Properties\"\r\n\
         \"{MESSAGE}\r\n\r\nMore\",\"348\",,\"49156\",\"2\",\"4\",,\"36028797018963968\",\"4711\",\"MSExchangeTransport\",,\
         \"Application\",,,\"bh01.corp.example\",\"S-1-5-18\",\"3/14/2006 9:30:00 AM\",,,\"application\",\"System.UInt32[]\",\
         \"System.Diagnostics.Eventing.Reader.EventBookmark\",\"Error\",,\"(4)\",\"x\",\"y\"\r\n"
    );
    let (format, reading) = read(&whole);
    assert_eq!(
        (format, reading.records, reading.damaged),
        (Format::WinEventCsv, 1, 0)
    );
    let (time, event) = events(&reading)[0];
    assert_eq!(time, "3/14/2006 9:30:00 AM");
    assert_eq!(
        (event.id, event.qualifiers, event.record_id, event.category),
        (348, Some(0xC004), Some(4711), Some(4))
    );
    assert_eq!(
        (event.channel.as_ref(), event.user.as_deref()),
        ("Application", Some("S-1-5-18"))
    );

    let selected = format!(
        "\"TimeCreated\";\"Id\";\"LevelDisplayName\";\"Message\"\r\n\
         \"14.03.2006 09:30:00\";\"348\";\"Fehler\";\"{MESSAGE}\"\r\n"
    );
    let (format, reading) = read(&selected);
    assert_eq!((format, reading.records), (Format::WinEventCsv, 1));
    assert_eq!(events(&reading)[0].1.level, Level::Error);
    assert!(whats(&reading).contains("do not name the source"));
}

/// The layout of a Japanese server's `Get-EventLog system | Export-Csv`, whose 7040 has the instance 1073748864.
#[test]
fn get_event_log() {
    let header = "\"EventID\",\"MachineName\",\"Data\",\"Index\",\"Category\",\"CategoryNumber\",\"EntryType\",\"Message\",\
                  \"Source\",\"ReplacementStrings\",\"InstanceId\",\"TimeGenerated\",\"TimeWritten\",\"UserName\",\"Site\",\
                  \"Container\"";
    let row = "\"7040\",\"BH01\",\"System.Byte[]\",\"3362\",\"(0)\",\"0\",\"Information\",\"Notice. The following \
               information is part of the event:'SMTP', 'a', 'b'\",\"Service Control Manager\",\"System.String[]\",\
               \"1073748864\",\"2017/11/18 15:34:42\",\"2017/11/18 15:34:43\",\"NT AUTHORITY\\SYSTEM\",,";
    let text = format!(
        "#TYPE System.Diagnostics.EventLogEntry#system/Service Control Manager/1073748864\r\n{header}\r\n{row}\r\n"
    );
    for text in [
        text.clone(),
        // As `-Delimiter` writes it; no comma stands in the cells but in the message.
        text.replace("\",\"", "\"\t\"")
            .replace("SYSTEM\",,", "SYSTEM\"\t\t")
            .replace("\"System.Byte[]\",", "\"System.Byte[]\"\t"),
    ] {
        let (format, reading) = read(&text);
        assert_eq!(
            (format, reading.records, reading.damaged),
            (Format::EventLogCsv, 1, 0),
            "{text}"
        );
        let (time, event) = events(&reading)[0];
        assert_eq!(time, "2017/11/18 15:34:42");
        assert_eq!(
            (event.id, event.qualifiers, event.record_id),
            (7040, Some(0x4000), Some(3362))
        );
        assert_eq!(event.strings, ["SMTP", "a", "b"]);
        assert_eq!((event.channel.as_ref(), &event.text), ("System", &None));
    }

    let selected = "Index,TimeGenerated,EntryType,Source,InstanceID,Message\r\n\
                    7,3/14/2006 9:30:00 AM,Error,MSExchangeTransport,3221487964,text\r\n";
    let (_, reading) = read(selected);
    let (_, event) = events(&reading)[0];
    assert_eq!((event.id, event.qualifiers), (348, Some(0xC004)));
    assert_eq!(event.channel.as_ref(), "Application", "by its source");
}

#[test]
fn log_parser_keeps_the_strings() {
    let header = "EventLog,RecordNumber,TimeGenerated,TimeWritten,EventID,EventType,EventTypeName,EventCategory,\
                  EventCategoryName,SourceName,Strings,ComputerName,SID,Message,Data";
    let row = "C:\\case\\AppEvent.Evt,4711,2006-03-14 09:30:00,2006-03-14 09:30:00,348,1,Error event,4,\
               Exchange Store Driver,MSExchangeTransport,<a@b>|0x0|,BH01,,\"A message, unscanned\",\r\n";
    let text = format!("{header}\r\n{row}");
    for text in [
        text.clone(),
        text.replace("A message, ", "").replace(',', "\t"),
    ] {
        let (format, reading) = read(&text);
        assert_eq!(
            (format, reading.records, reading.damaged),
            (Format::LogParserCsv, 1, 0),
            "{text}"
        );
        let (time, event) = events(&reading)[0];
        assert_eq!(time, "2006-03-14 09:30:00");
        assert_eq!(event.strings, ["<a@b>", "0x0", ""]);
        assert_eq!(
            (event.level, event.category, event.record_id),
            (Level::Error, Some(4), Some(4711))
        );
        assert_eq!(event.channel.as_ref(), "Application");
    }
    for (from, log) in [
        ("System", "System"),
        ("\\\\BH01\\System", "System"),
        ("D:\\old.evt", "old"),
    ] {
        let (_, reading) = read(&text.replace("C:\\case\\AppEvent.Evt", from));
        assert_eq!(events(&reading)[0].1.channel.as_ref(), log);
    }
}

#[test]
fn times_with_an_offset_are_fixed_at_once() {
    let text = "TimeCreated,Id,ProviderName,Message\n2006-03-14T09:30:00.0000000-05:00,348,a,b\n";
    let (_, reading) = read(text);
    assert_eq!((reading.events.len(), reading.local.records.len()), (1, 0));
}
