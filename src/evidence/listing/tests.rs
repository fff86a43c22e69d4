//! Listings as the forge writes them, by hand, damaged, and at random.

use chrono::{DateTime, TimeZone as _, Utc};
use forge::listing::{File, Folder, Habit, write};
use proptest::prelude::*;

use crate::case::Format;
use crate::evidence::model::{FolderListing, Reading};
use crate::evidence::trial::{assert_told, format, read, read_as};
use crate::time::MINUTE;

const NAMED: &str = "BH01_mailroot_20060314T143500Z.txt";
const QUEUE: &str = r"D:\Exchsrvr\Mailroot\vsi 2\Queue";

fn at(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2006, 3, day, hour, minute, 30)
        .unwrap()
}

fn folder(path: &str, files: &[(u64, DateTime<Utc>)]) -> Folder {
    Folder {
        path: path.to_owned(),
        folders: Vec::new(),
        files: files
            .iter()
            .zip(1..)
            .map(|(&(bytes, written), number)| File {
                name: format!("NTFS_{number}.EML"),
                bytes,
                written,
            })
            .collect(),
        changed: at(14, 14, 0),
    }
}

/// A queue of three files, an empty folder, and folders that play no part.
fn folders() -> Vec<Folder> {
    let mut root = folder(r"D:\Exchsrvr\Mailroot", &[]);
    root.folders = vec!["vsi 2".to_owned()];
    vec![
        root,
        folder(r"D:\Exchsrvr\Mailroot\vsi 2", &[]),
        folder(r"D:\Exchsrvr\Mailroot\vsi 2\BadMail", &[]),
        folder(
            QUEUE,
            &[
                (1_234_567, at(14, 14, 30)),
                (20, at(13, 9, 5)),
                (900, at(14, 14, 31)),
            ],
        ),
        folder(r"D:\Other\vsi 1\Queue", &[(5, at(1, 1, 1))]),
    ]
}

fn listing(habit: Habit) -> Vec<u8> {
    write(&folders(), habit, chrono_tz::America::New_York)
}

fn queue(reading: &Reading) -> &FolderListing {
    let found = reading
        .listings
        .iter()
        .find(|listing| listing.folder == QUEUE);
    found.unwrap_or_else(|| panic!("{reading:#?}"))
}

#[test]
fn every_language_tells_the_same() {
    for habit in Habit::ALL {
        let bytes = listing(habit);
        assert_eq!(format(&bytes), Format::FolderListing, "{habit:?}");
        let page = if habit == Habit::Japanese { 932 } else { 1252 };
        let config = format!("time_zone = \"America/New_York\"\ncode_page = {page}\n");
        let reading = read(NAMED, &bytes, &config);
        assert_told(&reading, &[]);
        let paths: Vec<&str> = reading.listings.iter().map(|l| l.folder.as_str()).collect();
        assert_eq!(
            paths,
            [r"D:\Exchsrvr\Mailroot\vsi 2\BadMail", QUEUE],
            "{habit:?}"
        );
        let queue = queue(&reading);
        assert_eq!((queue.files, queue.bytes), (3, 1_235_487));
        assert_eq!((queue.complete, queue.virtual_server), (true, Some(2)));
        assert_eq!(queue.server.value, "BH01");
        let times = [&queue.oldest, &queue.newest].map(|stamp| stamp.clone().unwrap());
        assert_eq!(times[0].at.to_string(), "2006-03-13T09:05:00.000000Z");
        assert_eq!(times[1].at.to_string(), "2006-03-14T14:31:00.000000Z");
        assert_eq!(times[1].precision, MINUTE);
        let empty = &reading.listings[0];
        assert_eq!(
            (empty.files, empty.complete, empty.oldest.is_none()),
            (0, true, true)
        );
    }
}

#[test]
fn without_zone_or_order_the_counts_are_used() {
    let reading = read(NAMED, &listing(Habit::American), "");
    assert_eq!(
        (queue(&reading).files, queue(&reading).oldest.is_none()),
        (3, true)
    );
    assert_told(&reading, &["3 times of files without a time zone"]);
    // Days up to 12 prove nothing.
    let early = [folder(QUEUE, &[(1, at(4, 9, 5))])];
    let mut early = early;
    early[0].changed = at(4, 10, 0);
    let bytes = write(&early, Habit::French, chrono_tz::Europe::Paris);
    let reading = read(
        NAMED,
        &bytes,
        "time_zone = \"Europe/Paris\"\ncode_page = 1252",
    );
    assert_told(&reading, &["order of day and month is not known"]);
    let config = "time_zone = \"Europe/Paris\"\ndate_order = \"dmy\"\ncode_page = 1252";
    let reading = read(NAMED, &bytes, config);
    assert_told(&reading, &[]);
    let oldest = queue(&reading).oldest.clone().unwrap();
    assert_eq!(oldest.at.to_string(), "2006-03-04T09:05:00.000000Z");
}

#[test]
fn an_entry_gives_zone_server_and_time() {
    let config = "time_zone = \"Europe/Berlin\"\n[[setting]]\nfile = \"q.txt\"\nserver = \"BE01\"\ncaptured_at = 2006-03-14T09:35:00\n\
                  time_zone = \"America/New_York\"\ndate_order = \"mdy\"\n";
    let reading = read("q.txt", &listing(Habit::American), config);
    assert_told(&reading, &[]);
    let queue = queue(&reading);
    assert_eq!(queue.server.value, "BE01");
    assert_eq!(queue.at.value.at.to_string(), "2006-03-14T14:35:00.000000Z");
    assert_eq!(
        queue.newest.as_ref().unwrap().at.to_string(),
        "2006-03-14T14:31:00.000000Z"
    );
}

#[test]
fn without_time_it_is_left_out() {
    let reading = read("bh01/queue.txt", &listing(Habit::American), "");
    assert!(reading.listings.is_empty());
    assert_told(&reading, &["2 folders cannot be used: the time"]);
}

#[test]
fn listings_of_other_folders_are_left_alone() {
    let bytes = write(
        &[folder(r"C:\Temp", &[(5, at(1, 1, 1))])],
        Habit::American,
        chrono_tz::UTC,
    );
    assert_eq!(format(&bytes), Format::FolderListing);
    let reading = read("x.txt", &bytes, "");
    assert!(reading.listings.is_empty() && reading.problems.is_empty());
    assert!(reading.notes[0].contains("left alone"));
    // The gateway of Windows itself has no `vsi`.
    let bytes = write(
        &[folder(r"C:\Inetpub\mailroot\Queue", &[(5, at(1, 1, 1))])],
        Habit::American,
        chrono_tz::UTC,
    );
    let reading = read(NAMED, &bytes, "time_zone = \"UTC\"\ndate_order = \"mdy\"");
    assert_eq!(reading.listings[0].virtual_server, None);
}

#[test]
fn a_cut_or_edited_listing_is_not_complete() {
    let text = String::from_utf8(listing(Habit::American)).unwrap();
    let config = "time_zone = \"America/New_York\"";
    // Cut in the queue: the rows that are there count.
    let cut = text.find("NTFS_3").unwrap();
    let reading = read(NAMED, &text.as_bytes()[..cut], config);
    assert_eq!(
        (queue(&reading).files, queue(&reading).complete),
        (3, false)
    );
    // A row taken out: the total counts.
    let without: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("NTFS_2"))
        .collect();
    let reading = read(NAMED, without.join("\n").as_bytes(), config);
    assert_eq!(
        (queue(&reading).files, queue(&reading).complete),
        (3, false)
    );
    assert_told(&reading, &["1 folder's total does not agree"]);
    // A row that cannot be read.
    let odd = text.replace("03/13/2006  ", "today at    ");
    let reading = read(NAMED, odd.as_bytes(), config);
    assert_eq!((queue(&reading).files, reading.damaged), (3, 1));
    assert_told(&reading, &["1 line could not be read", "1 folder's total"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_listings_are_read_within_bounds(
        habit in 0..4_usize,
        cut in 0..4000_usize,
        changes in prop::collection::vec((0..4000_usize, any::<u8>()), 0..8)
    ) {
        let mut bytes = listing(Habit::ALL[habit]);
        bytes.truncate(cut);
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        let reading = read_as(Format::FolderListing, NAMED, &bytes, "time_zone = \"UTC\"");
        prop_assert!(reading.listings.len() <= 5);
    }

    #[test]
    fn any_text_is_read(lines in prop::collection::vec("[ 0-9/:.,a-cA-DM<>\\\\]{0,40}", 0..30)) {
        let text = format!(" Directory of D:\\mailroot\\vsi 1\\Queue\n{}", lines.join("\n"));
        let reading = read_as(Format::FolderListing, NAMED, text.as_bytes(), "");
        prop_assert!(!reading.listings.is_empty());
    }
}
