//! Files of settings and counts: whose they are and when they were taken, which most of them do not say themselves.

use super::ReadContext;
use super::model::{Attributed, Origin, Problem, Reading};
use super::origin::{Names, disagreement, times_apart};
use super::problems::{Fault, TakenFault, TimeTrouble, Trouble};
use super::stream::EvidenceStream;
use super::text;
use crate::case::time_text::{self, LocalRules, Oddity};
use crate::case::{FoundFile, names};
use crate::time::Stamp;

/// Larger than an export of a whole registry; read whole, so memory is bounded.
const MOST_BYTES: usize = 512 * 1024 * 1024;

/// Whose a file is and when it was taken, where that is known.
pub struct Taken {
    pub server: Option<Attributed<String>>,
    pub at: Option<Attributed<Stamp>>,
}

impl Taken {
    /// Puts together what the document, `case.toml` and names say. `document` is the server that the file itself names.
    pub fn of(
        file: &FoundFile,
        context: &ReadContext<'_>,
        document: Option<String>,
        faults: &mut Vec<TakenFault>,
    ) -> Self {
        let config = context.config;
        let known = |name: &str| config.find_server(name).is_some();
        let full = |stem: &str| names::server_and_time(stem, known);
        let names = Names::of(&file.path, config, full);
        let entries = config.settings_of(&file.path);
        let entry = entries.iter().find_map(|entry| entry.server.clone());
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let loose = names::leading_server(names::stem(name), known);
        let servers = names.servers(document, entry, loose);
        if let Some((used, other)) = disagreement(&servers, |a, b| names.same_server(a, b)) {
            faults.push(TakenFault::Disagreement {
                what: "server",
                used: used.value.clone(),
                used_from: used.from,
                other: other.value.clone(),
                other_from: other.from,
            });
        }
        Self {
            server: servers.into_iter().next().map(Attributed::from),
            at: Self::time(&names, file, context, faults),
        }
    }

    /// The server alone, of a file whose times are its own.
    pub fn server_of(
        file: &FoundFile,
        context: &ReadContext<'_>,
        faults: &mut Vec<TakenFault>,
    ) -> Option<Attributed<String>> {
        let mut of_time = Vec::new();
        let server = Self::of(file, context, None, &mut of_time).server;
        let about_server =
            |fault: &TakenFault| matches!(fault, TakenFault::Disagreement { what: "server", .. });
        faults.extend(of_time.into_iter().filter(about_server));
        server
    }

    fn time(
        names: &Names<'_>,
        file: &FoundFile,
        context: &ReadContext<'_>,
        faults: &mut Vec<TakenFault>,
    ) -> Option<Attributed<Stamp>> {
        let entries = context.config.settings_of(&file.path);
        let entry = entries.iter().find_map(|entry| entry.captured_at.clone());
        let mut times: Vec<Attributed<Stamp>> = entry
            .map(|value| Attributed {
                value,
                from: Origin::CaseToml,
            })
            .into_iter()
            .collect();
        for (text, from) in names.times() {
            match time_text::read(&text, rules(&file.path, context)) {
                Ok(read) => {
                    if let Some(oddity) = read.oddity {
                        faults.push(TakenFault::Time {
                            text,
                            trouble: oddity_trouble(oddity),
                        });
                    }
                    times.push(Attributed {
                        value: read.stamp,
                        from,
                    });
                }
                // What nobody needs is not asked for.
                Err(_) if !times.is_empty() => {}
                Err(fault) => faults.push(TakenFault::Time {
                    text,
                    trouble: fault.into(),
                }),
            }
        }
        if let Some((used, other)) = times_apart(&times) {
            faults.push(TakenFault::Disagreement {
                what: "time",
                used: used.value.at.to_string(),
                used_from: used.from,
                other: other.value.at.to_string(),
                other_from: other.from,
            });
        }
        times.into_iter().next()
    }

    /// Server and time, if both are known; else says what the file held that cannot be used.
    pub fn require(
        self,
        file: &FoundFile,
        holds: String,
        faults: &mut Vec<TakenFault>,
    ) -> Option<(Attributed<String>, Attributed<Stamp>)> {
        let lacking = match (&self.server, &self.at) {
            (Some(_), Some(_)) => None,
            (None, Some(_)) => Some("server"),
            (Some(_), None) => Some("time"),
            (None, None) => Some("server and time"),
        };
        faults.extend(lacking.map(|what| TakenFault::Lacking {
            what,
            file: file.path.clone(),
            holds,
        }));
        Some((self.server?, self.at?))
    }
}

pub fn oddity_trouble(oddity: Oddity) -> TimeTrouble {
    match oddity {
        Oddity::Ambiguous => TimeTrouble::Ambiguous,
        Oddity::Skipped => TimeTrouble::Skipped,
    }
}

/// How to read the local times of a file: by its `[[setting]]` entry, else the command line, else the case.
pub fn rules(path: &str, context: &ReadContext<'_>) -> LocalRules {
    let entries = context.config.settings_of(path);
    let general = context.local_rules();
    LocalRules {
        zone: entries
            .iter()
            .find_map(|entry| entry.time_zone)
            .or(general.zone),
        order: entries
            .iter()
            .find_map(|entry| entry.date_order)
            .or(general.order),
    }
}

/// The file's text, with what has to be said about its encoding; `None` when it is too large.
pub fn read_text(
    file: &FoundFile,
    stream: &mut EvidenceStream<'_>,
    context: &ReadContext<'_>,
    faults: &mut Vec<TakenFault>,
) -> Option<String> {
    let code_page = context.config.code_page_of(&file.path);
    let Some(read) = text::read(stream, code_page, MOST_BYTES) else {
        faults.push(TakenFault::TooLarge {
            most: MOST_BYTES as u64,
        });
        return None;
    };
    let encoding = read.encoding.describe();
    if read.encoding.is_guess() {
        faults.push(TakenFault::AssumedCodePage { encoding });
    } else if read.lossy {
        faults.push(TakenFault::LossyText { encoding });
    }
    Some(read.text)
}

/// Puts faults among the problems of a reading.
pub fn report<F: Fault>(reading: &mut Reading, file: &FoundFile, faults: Vec<F>) {
    reading.problems.extend(
        faults
            .into_iter()
            .map(|fault| Problem::from(Trouble::new(&file.path, fault))),
    );
}
