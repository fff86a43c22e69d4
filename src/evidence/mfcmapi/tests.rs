//! Single texts, as the writers of all years make them.

use super::*;
use crate::evidence::model::{FolderPart, Listing, ListingKind, PartRow, ServerPart};

fn listing(text: &str) -> (Listing, Outcome) {
    let outcome = read_parts(text);
    match outcome.parts.as_slice() {
        [TablePart::Listing(listing)] => (listing.clone(), outcome),
        other => panic!("{other:?}"),
    }
}

fn message(text: &str) -> PartRow {
    match read_parts(text).parts.as_slice() {
        [TablePart::Message(part)] => (**part).clone(),
        other => panic!("{other:?}"),
    }
}

fn property(tag: &str, value: &str, alternative: &str) -> String {
    format!(
        "\t<property tag = \"0x{tag}\" type = \"PT\" >\r\n\t\t<Value>{value}</Value>\r\n\t\t<AltValue>{alternative}</AltValue>\r\n\t</property>\r\n"
    )
}

#[test]
fn errors_and_other_properties_are_no_values() {
    let row = [
        "\t<property tag = \"0x1035000A\" type = \"PT_ERROR\" >\r\n\t\t<Value err=\"0x8004010F\" >MAPI_E_NOT_FOUND</Value>\r\n\t</property>\r\n".to_owned(),
        property("0E06000A", "Err: 0x8004010F=MAPI_E_NOT_FOUND", ""),
        property("0E1B000B", "False", ""),
        property("0037001F", "<![CDATA[Err: not an error]]>", ""),
        property("00390040", "9:00 AM", "Low: 0x085535B0 High: 0x01D387EC"),
    ]
    .concat();
    let (listing, outcome) = listing(&format!(
        "<table>\r\n<row index = \"0x00000000\">\r\n{row}</row>\r\n</table>\r\n"
    ));
    assert_eq!(
        (listing.rows.len(), outcome.lost.total(), listing.has_gaps),
        (1, 0, false)
    );
    let row = &listing.rows[0].row;
    assert_eq!(row.subject.as_deref(), Some("Err: not an error"));
    assert_eq!(
        (row.message_id.as_deref(), row.delivered_at.as_ref()),
        (None, None)
    );
    assert_eq!(
        row.submitted_at.as_ref().unwrap().at.to_string(),
        "2018-01-07T19:16:34.571000Z"
    );
}

/// A property with several values (`mv="true"`) has rows of its own, which are none of the table.
#[test]
fn rows_inside_of_a_property_are_not_rows() {
    let several = "\t<property tag = \"0x800B101F\" type = \"PT_MV_UNICODE\" >\r\n\t\t<Value mv=\"true\" count=\"2\" >\r\n\t\t<row>\r\n\
        \t\t\t<Value><![CDATA[a\r\nb]]></Value>\r\n\t\t\t<AltValue cb=\"2\" >6100</AltValue>\r\n\t\t</row>\r\n\t\t<row>\r\n\
        \t\t\t<Value><![CDATA[c]]></Value>\r\n\t\t</row>\r\n\t\t</Value>\r\n\t</property>\r\n";
    let subject = property("0037001F", "<![CDATA[x]]>", "");
    let row = format!("<row index = \"0x00000000\">\r\n{several}{subject}</row>\r\n");
    let (listing, outcome) = listing(&format!("<table>\r\n{row}</table>\r\n"));
    assert_eq!((listing.rows.len(), outcome.lost.total()), (1, 0));
    assert_eq!(listing.rows[0].row.subject.as_deref(), Some("x"));
}

#[test]
fn numbers_of_rows_show_what_is_missing() {
    let row = |index: u32| {
        format!(
            "<row index = \"0x{index:08X}\">\r\n{}</row>\r\n",
            property("0037001F", "<![CDATA[x]]>", "")
        )
    };
    let table = |indices: &[u32]| {
        format!(
            "<table>\r\n{}</table>\r\n",
            indices.iter().map(|index| row(*index)).collect::<String>()
        )
    };
    assert_eq!(listing(&table(&[0, 1, 0, 1, 2])).1.lost.total(), 0);
    let (lossy, outcome) = listing(&table(&[0, 2, 0, 1, 3]));
    assert_eq!(
        (outcome.lost.holes.count, lossy.has_gaps, lossy.rows.len()),
        (2, true, 5)
    );
    // Without its last line the file is cut, even where the last row is whole.
    let (cut, outcome) = listing(table(&[0, 1]).trim_end_matches("</table>\r\n"));
    assert!(cut.has_gaps && outcome.lost.cut.is_some());
}

#[test]
fn a_property_without_its_end_costs_only_itself() {
    let whole = property("0037001F", "<![CDATA[x]]>", "");
    let broken = whole
        .replace("\t</property>\r\n", "")
        .replace("0037", "001A");
    let text =
        format!("<table>\r\n<row index = \"0x00000000\">\r\n{broken}{whole}</row>\r\n</table>\r\n");
    let (listing, outcome) = listing(&text);
    assert_eq!((listing.rows.len(), outcome.lost.broken.count), (1, 1));
    let row = &listing.rows[0];
    assert_eq!(
        (row.row.subject.as_deref(), row.has_gaps),
        (Some("x"), true)
    );
}

#[test]
fn a_tag_that_cannot_be_read_is_known_by_name() {
    let named = "\t<property tag = \"0x10?5001F\" type = \"PT_UNICODE\" >\n\t\t<Name>PR_INTERNET_MESSAGE_ID</Name>\n\
        \t\t<Value><![CDATA[<a@b>]]></Value>\n\t</property>\n";
    let text = format!("<table>\n<row index = \"0x00000000\">\n{named}</row>\n</table>\n");
    assert_eq!(
        listing(&text).0.rows[0].row.message_id.as_deref(),
        Some("<a@b>")
    );
}

#[test]
fn the_kinds_of_tables_and_their_numbers() {
    let table = |kind: &str| {
        format!(
            "<ContentsTable TableType=\"{kind}\" messagecount=\"0x0000001F\">\n</ContentsTable>\n"
        )
    };
    let (contents, _) = listing(&table("Contents"));
    assert_eq!(
        (contents.kind, contents.counted),
        (ListingKind::Contents, Some(31))
    );
    assert_eq!(
        listing(&table("Associated Contents")).0.kind,
        ListingKind::Associated
    );
}

#[test]
fn mailboxes_and_stores_name_their_server() {
    let text = "<mailboxtable server=\"/o=Corp/ou=First/cn=Configuration/cn=Servers/cn=BH01\">\n\
        <mailbox prdisplayname=\"Jane \"J\" <Doe>\" premailaddress=\"/o=x/cn=y\">\n</mailbox>\n\
        <mailbox prdisplayname=\"SMTP (BH01-{1})\" premailaddress=\"\">\n</mailbox>\n</mailboxtable>\n";
    let expected = ServerPart {
        server: Some("BH01".into()),
        mailboxes: vec!["Jane \"J\" <Doe>".into(), "SMTP (BH01-{1})".into()],
    };
    assert_eq!(read_parts(text).parts, [TablePart::Server(expected)]);
    let name = property("3001001F", "<![CDATA[SMTP (BH-02-{1})]]>", "");
    let store =
        format!("<messagestoreprops>\n<properties>\n{name}</properties>\n</messagestoreprops>\n");
    let expected = ServerPart {
        server: Some("BH-02".into()),
        mailboxes: Vec::new(),
    };
    assert_eq!(read_parts(&store).parts, [TablePart::Server(expected)]);
}

/// MrMAPI prints a folder without a hierarchy, and with an error where MAPI gave one.
#[test]
fn folders_of_mrmapi() {
    let count = property("36020003", "31", "0x1F");
    let text = format!("<folderprops>\n<properties>\n{count}</properties>\n</folderprops>\n");
    let expected = FolderPart {
        content_count: Some(31),
        ..FolderPart::default()
    };
    assert_eq!(read_parts(&text).parts, [TablePart::Folder(expected)]);
    let refused = "<folderprops>\n<properties error=\"0x80070005\" />\n<HierarchyTable>\n</HierarchyTable>\n</folderprops>\n";
    assert_eq!(read_parts(refused).lost.total(), 1);
}

#[test]
fn a_body_is_passed_over_to_its_end() {
    for body in [
        "<body property=\"PR_BODY\">\n<![CDATA[a\n]]> b\n</body>\n<row>\n]]></body>\n",
        "<body property=\"PR_BODY\">\n<![CDATA[2007]]>\n</body>\n",
        "<body property=\"PR_BODY\" error=\"0x8004010F\">\n</body>\n",
    ] {
        let key = property("0FF90102", "00AA", "");
        let id = property("1035001F", "<![CDATA[<a@b>]]>", "");
        let text = format!(
            "<message>\n<properties listtype=\"summary\">\n{key}</properties>\n{body}<properties listtype=\"FullPropList\">\n{key}{id}</properties>\n</message>\n"
        );
        let part = message(&text);
        assert_eq!(
            (part.row.message_id.as_deref(), part.has_gaps),
            (Some("<a@b>"), false),
            "{body}"
        );
    }
}

/// `cb: 8 lpb: …` of builds before August 2019, and values that hold what looks like the end of one.
#[test]
fn plain_rows_of_2007() {
    let text = "Row 0x1 of 0x2\r\nTag: 0x0037001E\r\r\nType: PT_STRING8\r\r\nProperty Name(s): PR_SUBJECT\r\r\n\
        DASL: http://schemas.microsoft.com/mapi/proptag/0x0037001E, \"a\", \"cb: b\", \"cb: 3 lpb: 612263\"\r\n\
        Tag: 0x0FFF0102\r\r\nType: PT_BINARY\r\r\nDASL: http://schemas.microsoft.com/mapi/proptag/0x0FFF0102, \"cb: 2 lpb: 00AF\", \"..\"\r\n\
        Tag: 0x0E070003\r\r\nType: PT_LONG\r\r\nDASL: http://schemas.microsoft.com/mapi/proptag/0x0E070003, \"4\", \"0x4\", \"MSGFLAG_SUBMIT\"\r\n\
        Tag: 0x30080040\r\r\nType: PT_SYSTIME\r\r\nDASL: http://schemas.microsoft.com/mapi/proptag/0x30080040, \"07:16:34.571 PM 1/7/2018\", \"Low: 0x085535B0 High: 0x01D387EC\"\r\n\
        Row 0x2 of 0x2\r\nTag: 0x0037001E\r\r\nDASL: http://schemas.microsoft.com/mapi/proptag/0x0037001E, \"two\r\nlines\", \"cb: 0 lpb: NULL\"\r\n";
    let (listing, outcome) = listing(text);
    assert_eq!((listing.rows.len(), outcome.lost.total()), (2, 0));
    let first = &listing.rows[0].row;
    assert_eq!(first.subject.as_deref(), Some("a\", \"cb: b"));
    assert_eq!(first.entry_id.as_deref(), Some("00AF"));
    assert_eq!(
        first.modified_at.as_ref().unwrap().at.to_string(),
        "2018-01-07T19:16:34.571000Z"
    );
    assert_eq!(listing.rows[1].row.subject.as_deref(), Some("two\r\nlines"));
    let (lossy, outcome) = super::tests::listing(text.split("Row 0x2").next().unwrap());
    assert_eq!(
        (lossy.rows.len(), outcome.lost.holes.count),
        (1, 1),
        "the block says that it has two"
    );
}
