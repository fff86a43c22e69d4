//! Proofs as sentences, with the records that give them.

use std::collections::{BTreeMap, BTreeSet};

use super::clock::utc_offset;
use super::proof::{Agreed, Proof};
use super::server_offset::OffsetProof;
use super::testimony::Comparison;
use crate::case::DateOrder;
use crate::evidence::model::FileId;
use crate::evidence::problems::{duration, order_in_words};
use crate::time::{SECOND, Timestamp};

/// Things of one list that are shown; the rest is counted.
const SHOWN: usize = 3;

pub fn order(order: DateOrder) -> &'static str {
    order_in_words(order)
}

/// `41 of its records also stand in E2 (UTC), each 5 h later there: UTC-5; the first: E5#1 = E2#9012`.
pub fn copies(comparison: &Comparison<'_>, order: DateOrder, proof: &Proof) -> String {
    let found: Vec<(Agreed, FileId)> = proof
        .agree
        .iter()
        .filter_map(|agreed| {
            let copy = comparison.copy_at(agreed.row, order, agreed.offset)?;
            Some((*agreed, copy.file))
        })
        .collect();
    let files: BTreeSet<FileId> = found.iter().map(|(_, file)| *file).collect();
    let files: Vec<String> = files.iter().map(FileId::to_string).collect();
    let all: Vec<i64> = proof.agree.iter().map(|agreed| agreed.offset).collect();
    let records = match proof.agree.len() {
        1 => "1 of its records also stands".to_owned(),
        count => format!("{count} of its records also stand"),
    };
    let mut sentence = format!(
        "{records} in {} (UTC), {}: {}",
        listed(&files),
        shifts(&all),
        offsets(&all)
    );
    if let Some(first) = proof.agree.first() {
        sentence.push_str(&format!("; the first: {}", pair(comparison, order, *first)));
    }
    match proof.differ.len() {
        0 => {}
        1 => sentence.push_str("; 1 more stands there under its number, but at another time"),
        more => sentence.push_str(&format!(
            "; {more} more stand there under their numbers, but at other times"
        )),
    }
    sentence
}

/// `E5#1 = E2#9012`.
pub fn pair(comparison: &Comparison<'_>, order: DateOrder, agreed: Agreed) -> String {
    let cite = comparison.cite(agreed.row);
    match comparison.copy_at(agreed.row, order, agreed.offset) {
        Some(copy) => format!("{cite} = {copy}"),
        None => cite.to_string(),
    }
}

/// `each 5 h later there`, `each 5 h later there or 4 h later there`.
fn shifts(offsets: &[i64]) -> String {
    let seconds: BTreeSet<i64> = offsets.iter().map(|offset| offset / SECOND).collect();
    let shift = |seconds: &i64| match seconds {
        0 => "at the same time".to_owned(),
        ..0 => format!("{} later there", duration(seconds.unsigned_abs())),
        _ => format!("{} earlier there", duration(seconds.unsigned_abs())),
    };
    let shifts: Vec<String> = seconds.iter().map(shift).collect();
    format!("each {}", shifts.join(" or "))
}

/// `UTC-5`, `UTC-5 and UTC-4`, of offsets in microseconds, the most frequent first.
pub fn offsets(offsets: &[i64]) -> String {
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for offset in offsets {
        *counts.entry(offset / SECOND).or_default() += 1;
    }
    let mut counts: Vec<(i64, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let shown = counts
        .iter()
        .map(|(seconds, _)| utc_offset(i32::try_from(*seconds).unwrap_or_default()));
    listed(&shown.collect::<Vec<_>>())
}

/// `E2#77 (6008) holds 6/3/2006 1:02:58 PM where it was 2006-06-03T18:02:58Z: UTC-5`.
pub fn server_offsets(proofs: &[OffsetProof]) -> String {
    let said = proofs.iter().take(SHOWN).map(|proof| {
        let utc = Timestamp::from_micros(proof.utc).unwrap_or_default();
        format!(
            "{} ({}) holds {} where it was {}: {}",
            proof.cite,
            proof.id,
            proof.text,
            utc.datetime().format("%Y-%m-%dT%H:%M:%SZ"),
            utc_offset(proof.offset * 60)
        )
    });
    let mut said: Vec<String> = said.collect();
    if proofs.len() > SHOWN {
        said.push(format!("and {} more", proofs.len() - SHOWN));
    }
    said.join("; ")
}

fn listed(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}

pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        // A name that stands for itself.
        Some('c') if text.starts_with("case.toml") => text.to_owned(),
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
