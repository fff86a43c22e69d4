//! Causes that look like a scanner that is too slow, and what tells them from it.

use std::collections::BTreeSet;

use super::{Judgement, Scene};
use crate::analysis::facts::Seen;
use crate::analysis::findings::{EndCause, Standing};
use crate::analysis::wording::{moment, plural};
use crate::evidence::model::Step;
use crate::time::HOUR;

/// Message class of signed mail (KB 842801, KB 843545; that the class tells it is inferred).
const SIGNED: &str = "ipm.note.smime.multipartsigned";
/// The queue of System Manager in which signed mail waits (KB 842801).
const PENDING_SUBMISSION: &str = "pending submission";
/// What was seen so long after the last sign of a window still speaks of it.
const AFTERWARDS: i64 = HOUR;

impl Scene<'_, '_> {
    pub(super) fn signed_mail(&self) -> Judgement {
        let classes: Vec<String> = self
            .members
            .iter()
            .filter_map(|stay| {
                stay.residence
                    .sightings
                    .iter()
                    .find_map(|s| s.row.message_class.clone())
            })
            .map(|class| class.to_lowercase())
            .collect();
        let queue = self.pending_submission();
        let signed = classes
            .iter()
            .filter(|class| class.as_str() == SIGNED)
            .count();
        match (classes.len(), signed) {
            (0, _) if queue.as_ref().is_some_and(|(count, _)| *count > 0) && self.failed() > 0 => (
                Standing::Supported,
                format!(
                    "No message class is known, but {}: where signed mail waits.",
                    queue.map(|(_, told)| told).unwrap_or_default()
                ),
            ),
            (0, _) if queue.as_ref().is_some_and(|(count, _)| *count == 0) => (
                Standing::RuledOut,
                format!(
                    "Signed mail waits in \"Messages pending submission\", and {}.",
                    queue.map(|(_, told)| told).unwrap_or_default()
                ),
            ),
            (0, _) if self.failed() == 0 => {
                (Standing::Possible, "No message class is known.".to_owned())
            }
            (0, _) => (
                Standing::Possible,
                "No message class is known; signed mail fails with the same event.".to_owned(),
            ),
            (known, 0) if known == self.members.len() => (
                Standing::RuledOut,
                format!("None of the {known} messages has the class of signed mail."),
            ),
            (known, 0) => (
                Standing::Possible,
                format!("None of the {known} known message classes is that of signed mail."),
            ),
            (known, signed) if signed * 2 > known => (
                Standing::Supported,
                format!("{signed} of {known} known message classes are that of signed mail."),
            ),
            (known, signed) => (
                Standing::Possible,
                format!("{signed} of {known} messages are signed; the others need another cause."),
            ),
        }
    }

    /// The most that was seen in the queue of messages pending submission, in words; `None` if nobody looked.
    fn pending_submission(&self) -> Option<(u64, String)> {
        let looks = self.seen(|seen| seen.place.to_lowercase().contains(PENDING_SUBMISSION));
        let most = looks.into_iter().max_by_key(|seen| seen.count)?;
        let count = most.count?;
        let told = format!("{} held {count} at {}", most.place, moment(most.at));
        Some((count, told))
    }

    /// What was seen in the hours of the window.
    fn seen(&self, wanted: impl Fn(&Seen) -> bool) -> Vec<&Seen> {
        let hours = self.from..=self.to.plus(AFTERWARDS);
        let within = self
            .facts
            .seen
            .iter()
            .filter(|seen| hours.contains(&seen.at));
        within.filter(|seen| wanted(seen)).collect()
    }

    pub(super) fn without_failures(&self) -> Judgement {
        let (failed, all) = (self.failed(), self.members.len());
        match failed {
            0 if self.failures_would_show() => (
                Standing::Supported,
                format!(
                    "These messages lay in the table and no scan failure names them.{}",
                    self.on_their_way()
                ),
            ),
            n if n == all => (
                Standing::RuledOut,
                "Every one of these messages failed scanning (348).".to_owned(),
            ),
            n => (
                Standing::Possible,
                format!(
                    "{} no scan failure to their name.",
                    plural(all - n, "message has", "messages have")
                ),
            ),
        }
    }

    /// What delivery records add to a window without scan failures: mail that was put off (KB 950757: an answer of
    /// 4.7.1), and mail that a start of SMTP let out.
    fn on_their_way(&self) -> String {
        let put_off = self.members.iter().filter(|stay| {
            let mut records = stay.residence.trail.records.iter();
            records.any(|mail| mail.record.documented && mail.record.step == Step::Deferred)
        });
        let let_out = self.members.iter().filter(|stay| {
            stay.claim.end == EndCause::SmtpRestart && stay.residence.trail.departed.is_some()
        });
        let mut told = String::new();
        match put_off.count() {
            0 => {}
            n => told.push_str(&format!(
                " {} put off before, by delivery records.",
                plural(n, "of them was", "of them were")
            )),
        }
        match let_out.count() {
            0 => {}
            n => told.push_str(&format!(
                " Delivery records show {} going out when SMTP started.",
                plural(n, "of them", "of them")
            )),
        }
        told
    }

    /// Mail in the queue folder of a virtual server is no mail of the store (KB 934709, KB 883522).
    pub(super) fn mailroot_queue(&self) -> Judgement {
        let looks = self.seen(|seen| is_queue_folder(&seen.place));
        let Some(most) = looks.iter().max_by_key(|seen| seen.count) else {
            return (
                Standing::Possible,
                "No listing shows what lay in the SMTP queue folders (mailroot).".to_owned(),
            );
        };
        let count = most.count.unwrap_or_default();
        let told = format!(
            "{} held {} at {} ({})",
            most.place,
            plural(
                usize::try_from(count).unwrap_or(usize::MAX),
                "file",
                "files"
            ),
            moment(most.at),
            most.source
        );
        let sighted = self
            .members
            .iter()
            .filter(|stay| !stay.residence.sightings.is_empty())
            .count();
        match (count, sighted) {
            (0, _) if looks.iter().all(|seen| seen.complete) && self.all_folders(&looks) => (
                Standing::RuledOut,
                format!("Nothing waited in the queue folders: {told}."),
            ),
            (0, _) => (
                Standing::Possible,
                format!("{told}, but not every queue folder was listed in full."),
            ),
            (_, 0) => (
                Standing::Supported,
                format!("{told}, and none of these messages was listed in a temp table."),
            ),
            (_, n) => (
                Standing::Possible,
                format!(
                    "{told}, but {} listed in a temp table, where mail from SMTP does not lie.",
                    plural(n, "of these messages was", "of these messages were")
                ),
            ),
        }
    }

    /// Whether as many folders were seen as the server has virtual servers.
    fn all_folders(&self, looks: &[&Seen]) -> bool {
        let folders: BTreeSet<String> =
            looks.iter().map(|seen| seen.place.to_lowercase()).collect();
        let servers = self.facts.virtual_servers.unwrap_or(1);
        u32::try_from(folders.len()).is_ok_and(|folders| folders >= servers)
    }
}

/// `D:\Exchsrvr\Mailroot\vsi 1\Queue`.
fn is_queue_folder(place: &str) -> bool {
    let place = place.to_lowercase();
    place.contains("mailroot") && place.contains("queue")
}
