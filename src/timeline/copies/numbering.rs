//! Which files number the same records.
//!
//! A log numbers its records one after the other and starts again only when it is cleared or made anew. Files whose
//! records agree in number and time hold parts of one such course. Within a course a number is a record, so that its
//! copies are known for one even where one of them was altered, and what a file lacks can be told.

use std::collections::BTreeMap;

use crate::evidence::model::FileId;
use crate::time::{HOUR, MINUTE, Timestamp};
use crate::timeline::spans::{FileSpan, LogKey};

/// Copies of one record may be noted to the minute in one form and to the microsecond in another.
const SAME_TIME: i64 = MINUTE;
/// Offsets from UTC are whole quarters of an hour, and at most 14 hours either way.
const QUARTER: i64 = HOUR / 4;
const MOST_QUARTERS: i64 = 2 * 14 * 4;
/// A zone is called mistaken when at least so many records are off by the same.
const ZONE_NEEDS: usize = 3;
/// A log without a name is taken for one with a name when at least so many records agree.
const NAME_NEEDS: usize = 5;
/// Differing times that are shown; the rest is counted.
const SHOWN: usize = 3;

/// One numbered record, whatever the number of its copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub number: u64,
    pub at: Timestamp,
    /// The first file that holds it, in the order of trust.
    pub file: FileId,
}

/// Records numbered in one go.
#[derive(Clone, Debug)]
pub struct Course {
    pub key: LogKey,
    /// Sorted by number, then time.
    pub entries: Vec<Entry>,
    /// The files that hold any of them.
    pub files: Vec<FileId>,
}

/// A copy whose times are all off by the same whole quarters of an hour.
#[derive(Clone, Debug)]
pub struct Shift {
    pub file: FileId,
    /// The file that it was held against.
    pub against: FileId,
    pub key: LogKey,
    /// Microseconds to take off the file's times.
    pub by: i64,
    pub records: usize,
}

/// Times in which a copy differs from the others of its course.
#[derive(Clone, Debug)]
pub struct OddTimes {
    pub file: FileId,
    pub against: FileId,
    pub key: LogKey,
    pub count: usize,
    /// Record number, the time in `against`, the time in `file`.
    pub first: Vec<(u64, Timestamp, Timestamp)>,
}

/// All courses of all logs.
#[derive(Clone, Debug, Default)]
pub struct Numbering {
    /// By log, then in the order in which they were met.
    pub courses: Vec<Course>,
    pub shifts: Vec<Shift>,
    pub odd_times: Vec<OddTimes>,
    /// The course of the records of a file and log (as the file names it), and what to take off their times.
    by_file: BTreeMap<(FileId, LogKey), (usize, i64)>,
}

/// One record of [`Numbering`]: its course and its place in it.
pub type EntryId = (usize, usize);

impl Numbering {
    /// Works out the courses. Files with binary times are the measure of those with written ones.
    pub fn of(spans: &[FileSpan]) -> Self {
        let mut order: Vec<&FileSpan> = spans
            .iter()
            .filter(|span| !span.span.records.is_empty())
            .collect();
        order.sort_by_key(|span| {
            let nameless = span.span.channel.is_empty();
            (nameless, span.textual, span.file, span.key())
        });
        let mut numbering = Self::default();
        for span in order {
            numbering.add(span);
        }
        numbering.join_names();
        numbering
    }

    /// The record that a number and time of a file stand for.
    pub fn entry(&self, file: FileId, key: &LogKey, number: u64, at: Timestamp) -> Option<EntryId> {
        let &(course, by) = self.by_file.get(&(file, key.clone()))?;
        let entries = &self.courses.get(course)?.entries;
        let at = at.plus(-by);
        nearest(entries, number, at).map(|entry| (course, entry))
    }

    /// What to take off the times of a file's log, and the course that its records are of.
    pub fn place(&self, file: FileId, key: &LogKey) -> Option<(usize, i64)> {
        self.by_file.get(&(file, key.clone())).copied()
    }

    fn add(&mut self, span: &FileSpan) {
        let key = span.key();
        let mut records = span.span.records.clone();
        records.sort_unstable();
        records.dedup();
        let near =
            |course: &Course| course.key == key || (key.1.is_empty() && course.key.0 == key.0);
        let fits: Vec<(usize, Fit)> = self
            .courses
            .iter()
            .enumerate()
            .filter(|(_, course)| near(course))
            .map(|(index, course)| (index, Fit::of(&records, &course.entries)))
            .collect();
        // A log without a name is the one that agrees in most; with nothing but numbers to go by, many must.
        let names = |index: usize| self.courses.get(index).map(|course| &course.key);
        let named = fits
            .iter()
            .filter(|(index, fit)| names(*index) != Some(&key) && fit.names_the_log())
            .max_by_key(|(index, fit)| (fit.agreed, std::cmp::Reverse(*index)))
            .and_then(|(index, _)| names(*index))
            .unwrap_or(&key);
        let fits: Vec<&(usize, Fit)> = fits
            .iter()
            .filter(|(index, fit)| names(*index) == Some(named) && fit.is_same())
            .collect();
        let Some((home, fit)) = fits.first() else {
            let entries = records.iter().map(|&(number, at)| Entry {
                number,
                at,
                file: span.file,
            });
            self.by_file
                .insert((span.file, key.clone()), (self.courses.len(), 0));
            self.courses.push(Course {
                key,
                entries: entries.collect(),
                files: vec![span.file],
            });
            return;
        };
        let (home, by) = (*home, fit.by);
        if by != 0 {
            self.shifts.push(Shift {
                file: span.file,
                against: fit.against.unwrap_or(span.file),
                key: key.clone(),
                by,
                records: fit.shifted,
            });
        }
        // A file that fits several courses shows them to be one.
        let others: Vec<usize> = fits.iter().skip(1).map(|(index, _)| *index).collect();
        for other in others {
            self.absorb(home, other);
        }
        let mut odd: BTreeMap<FileId, OddTimes> = BTreeMap::new();
        if let Some(course) = self.courses.get_mut(home) {
            let added = unmatched(&records, by, course, |against, number, there, here| {
                let odd = odd.entry(against).or_insert_with(|| OddTimes {
                    file: span.file,
                    against,
                    key: key.clone(),
                    count: 0,
                    first: Vec::new(),
                });
                odd.count += 1;
                if odd.first.len() < SHOWN {
                    odd.first.push((number, there, here));
                }
            });
            course.files.push(span.file);
            if !added.is_empty() {
                course
                    .entries
                    .extend(added.into_iter().map(|(number, at)| Entry {
                        number,
                        at,
                        file: span.file,
                    }));
                // Stable sorting takes runs that are in order already as they are.
                course.entries.sort();
            }
        }
        self.odd_times.extend(odd.into_values());
        self.by_file.insert((span.file, key), (home, by));
    }

    /// Moves the records of one course to another.
    fn absorb(&mut self, home: usize, other: usize) {
        let Some(taken) = self.courses.get_mut(other) else {
            return;
        };
        let entries = std::mem::take(&mut taken.entries);
        let files = std::mem::take(&mut taken.files);
        if let Some(course) = self.courses.get_mut(home) {
            course.files.extend(files);
            course.entries.extend(entries);
            course.entries.sort();
            course
                .entries
                .dedup_by(|b, a| a.number == b.number && is_same_time(a.at, b.at));
        }
        for (course, _) in self.by_file.values_mut() {
            if *course == other {
                *course = home;
            }
        }
    }

    /// Puts files in order and leaves out courses that others absorbed.
    fn join_names(&mut self) {
        let mut renumbered = BTreeMap::new();
        let mut kept = Vec::new();
        for (index, mut course) in std::mem::take(&mut self.courses).into_iter().enumerate() {
            if course.entries.is_empty() {
                continue;
            }
            course.files.sort_unstable();
            course.files.dedup();
            renumbered.insert(index, kept.len());
            kept.push(course);
        }
        for (course, _) in self.by_file.values_mut() {
            *course = renumbered.get(course).copied().unwrap_or_default();
        }
        self.courses = kept;
        self.shifts
            .sort_by_key(|shift| (shift.file, shift.key.clone()));
        self.odd_times
            .sort_by_key(|odd| (odd.against, odd.file, odd.key.clone()));
    }
}

/// How the records of a file agree with those of a course.
#[derive(Default)]
struct Fit {
    shared: usize,
    agreed: usize,
    /// Records that are off by `by`.
    shifted: usize,
    by: i64,
    against: Option<FileId>,
}

impl Fit {
    fn of(records: &[(u64, Timestamp)], entries: &[Entry]) -> Self {
        let mut fit = Self::default();
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return fit;
        };
        let from = records.partition_point(|(number, _)| *number < first.number);
        let mut offsets: BTreeMap<i64, (usize, FileId)> = BTreeMap::new();
        let within = records.get(from..).unwrap_or_default().iter();
        for &(number, at) in within.take_while(|(number, _)| *number <= last.number) {
            let Some(entry) = nearest(entries, number, at).and_then(|entry| entries.get(entry))
            else {
                continue;
            };
            fit.shared += 1;
            fit.agreed += usize::from(is_same_time(entry.at, at));
            if let Some(quarters) = quarters(at.since(entry.at)) {
                offsets.entry(quarters).or_insert((0, entry.file)).0 += 1;
            }
        }
        let most = offsets
            .into_iter()
            .max_by_key(|(quarters, (count, _))| (*count, -quarters.abs()));
        if let Some((quarters, (count, against))) = most
            && quarters != 0
            && fit.agreed * 2 < fit.shared
            && count >= ZONE_NEEDS
            && count * 10 >= fit.shared * 9
        {
            (fit.by, fit.shifted, fit.against) = (quarters * QUARTER, count, Some(against));
        }
        fit
    }

    /// Whether both number the same records.
    fn is_same(&self) -> bool {
        self.shared > 0 && (self.agreed * 2 >= self.shared || self.by != 0)
    }

    fn names_the_log(&self) -> bool {
        self.agreed >= NAME_NEEDS && self.agreed * 10 >= self.shared * 9
    }
}

/// The entry of that number whose time is nearest.
fn nearest(entries: &[Entry], number: u64, at: Timestamp) -> Option<usize> {
    let from = entries.partition_point(|entry| entry.number < number);
    let same = entries
        .iter()
        .enumerate()
        .skip(from)
        .take_while(|(_, entry)| entry.number == number);
    same.min_by_key(|(_, entry)| entry.at.since(at).abs())
        .map(|(index, _)| index)
}

/// The records of a file that its course does not hold yet, with corrected times. Those whose number it holds with
/// another time are told to `odd`.
fn unmatched(
    records: &[(u64, Timestamp)],
    by: i64,
    course: &Course,
    mut odd: impl FnMut(FileId, u64, Timestamp, Timestamp),
) -> Vec<(u64, Timestamp)> {
    let mut added = Vec::new();
    for same in records.chunk_by(|a, b| a.0 == b.0) {
        for &(number, at) in same {
            let right = at.plus(-by);
            let known =
                nearest(&course.entries, number, right).and_then(|entry| course.entries.get(entry));
            match known {
                Some(known)
                    if is_same_time(known.at, right) || is_repeated_hour(known.at, right) => {}
                // A number that the file holds once is the record of that number, whatever its time.
                Some(known) if same.len() == 1 => odd(known.file, number, known.at, right),
                _ => added.push((number, right)),
            }
        }
    }
    added
}

fn is_same_time(a: Timestamp, b: Timestamp) -> bool {
    a.since(b).abs() < SAME_TIME
}

/// A local time in the hour that a clock change repeats is read as its first instant.
fn is_repeated_hour(a: Timestamp, b: Timestamp) -> bool {
    (a.since(b).abs() - HOUR).abs() < SAME_TIME
}

/// The whole quarters of an hour that a difference is, whichever of the two times lost its seconds.
fn quarters(difference: i64) -> Option<i64> {
    let whole = (difference + QUARTER / 2).div_euclid(QUARTER);
    let fits = (difference - whole * QUARTER).abs() < SAME_TIME && whole.abs() <= MOST_QUARTERS;
    fits.then_some(whole)
}
