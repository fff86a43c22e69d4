//! What is to be done: the arguments checked together, so that everything after can rely on them.

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use stuckmail::case::time_text::{self, LocalRules, Oddity, TimeFault};
use stuckmail::pipeline::Options;
use stuckmail::report;
use stuckmail::time::{DAY, Timestamp};

use super::args::{
    AnalyzeArgs, Args, Command, ExplainArgs, Format, InspectArgs, NewArgs, ReadingArgs,
    SchemaFormat,
};
use super::output_folder;

/// What is to be done.
#[derive(Debug)]
pub enum Plan {
    /// Print a schema.
    Schema(SchemaFormat),
    /// Look at single files.
    Inspect(Inspecting),
    /// Show what claims rest on.
    Explain(Box<Explaining>),
    /// Make a case folder.
    New(NewCase),
    /// Analyse a case.
    Analyze(Box<Analysis>),
}

/// A case folder to make.
#[derive(Debug)]
pub struct NewCase {
    pub folder: PathBuf,
    /// One or more, each another.
    pub servers: Vec<String>,
    pub time_zone: Option<Tz>,
}

impl NewCase {
    /// The server that stands for those whose names are not known yet.
    const SERVER: &'static str = "SERVER1";

    fn new(args: NewArgs) -> Result<Self, String> {
        let mut servers: Vec<String> = Vec::new();
        for server in args.servers {
            if servers
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&server))
            {
                return Err(format!("--server {server} stands there twice"));
            }
            servers.push(server);
        }
        if servers.is_empty() {
            servers.push(Self::SERVER.to_owned());
        }
        Ok(Self {
            folder: args.folder,
            servers,
            time_zone: args.timezone,
        })
    }
}

impl From<ReadingArgs> for Options {
    fn from(args: ReadingArgs) -> Self {
        Self {
            profile: args.profile,
            time_zone: args.timezone,
            date_order: args.date_order,
            ..Self::default()
        }
    }
}

/// Files to look at.
#[derive(Debug)]
pub struct Inspecting {
    pub files: Vec<PathBuf>,
    pub options: Options,
    /// How many records to show.
    pub first: usize,
}

impl From<InspectArgs> for Inspecting {
    fn from(args: InspectArgs) -> Self {
        Self {
            files: args.files,
            options: Options {
                include_recovered: args.include_recovered,
                ..args.reading.into()
            },
            first: args.records,
        }
    }
}

/// Claims to explain.
#[derive(Debug)]
pub struct Explaining {
    pub case: PathBuf,
    /// One or more: ids of findings, or message ids.
    pub ids: Vec<String>,
    /// Columns of a line.
    pub width: usize,
    /// Whether long lists are shown in full.
    pub all: bool,
    pub options: Options,
}

impl From<ExplainArgs> for Explaining {
    fn from(args: ExplainArgs) -> Self {
        let reading = Options::from(args.reading);
        Self {
            case: args.case,
            ids: args.ids,
            width: args.width,
            all: args.all,
            options: Options {
                stuck_after: args.stuck_after.unwrap_or(reading.stuck_after),
                include_recovered: args.include_recovered,
                ..reading
            },
        }
    }
}

/// One analysis.
#[derive(Debug)]
pub struct Analysis {
    pub case: PathBuf,
    /// The report folder; outside the case.
    pub output: PathBuf,
    pub options: Options,
    pub markdown: bool,
    pub parquet: bool,
    pub force: bool,
    /// Tell the verdict by the exit code.
    pub exit_code: bool,
    pub quiet: bool,
    pub progress: bool,
    pub threads: Option<usize>,
}

impl Plan {
    /// From the command line of this process.
    ///
    /// # Errors
    /// What is wrong with it, or what `--help` and `--version` print.
    pub fn from_command_line() -> Result<Self, clap::Error> {
        Self::new(Args::try_parse()?)
    }

    fn new(args: Args) -> Result<Self, clap::Error> {
        match args.command {
            Some(Command::Schema { format }) => Ok(Self::Schema(format)),
            Some(Command::Inspect(args)) => Ok(Self::Inspect(args.into())),
            Some(Command::Explain(args)) => Ok(Self::Explain(Box::new(args.into()))),
            Some(Command::New(args)) => NewCase::new(args).map(Self::New).map_err(wrong_usage),
            None => Analysis::new(args.analyze)
                .map(Box::new)
                .map(Self::Analyze)
                .map_err(wrong_usage),
        }
    }
}

/// A refusal as clap prints its own.
fn wrong_usage(sentence: String) -> clap::Error {
    Args::command().error(ErrorKind::ValueValidation, sentence)
}

impl Analysis {
    fn new(args: AnalyzeArgs) -> Result<Self, String> {
        let rules = LocalRules {
            zone: args.reading.timezone,
            order: args.reading.date_order,
        };
        let since = args
            .since
            .as_deref()
            .map(|text| time("--since", text, rules, Day::Start))
            .transpose()?;
        let until = args
            .until
            .as_deref()
            .map(|text| time("--until", text, rules, Day::End))
            .transpose()?;
        if let (Some(since), Some(until)) = (since, until)
            && since > until
        {
            return Err(format!(
                "--since {since} is later than --until {until}: nothing would be shown"
            ));
        }
        if let Some(more) = args.more.first() {
            // Most often the rest of a path with spaces.
            let more = more.display();
            return Err(format!(
                "one case at a time: `{more}` is one too many (put a path with spaces into quotes)"
            ));
        }
        let output = output_folder::choose(&args.case, args.output.as_deref())?;
        let reading = Options::from(args.reading);
        Ok(Self {
            case: args.case,
            output,
            options: Options {
                since,
                until,
                stuck_after: args.stuck_after.unwrap_or(reading.stuck_after),
                all_events: args.all_events,
                include_recovered: args.include_recovered,
                ..reading
            },
            markdown: args.format.contains(&Format::Md),
            parquet: args.format.contains(&Format::Parquet),
            force: args.force,
            exit_code: args.exit_code,
            quiet: args.quiet,
            progress: !args.quiet && !args.no_progress,
            threads: args.threads,
        })
    }

    /// Fails early where the report could not be written in the end.
    ///
    /// # Errors
    /// When the output folder is a file or holds something else. Whether an earlier report there is
    /// on this case is only known once the evidence is read.
    pub fn check_output(&self) -> Result<(), report::Error> {
        match report::check(&self.output, "", "", self.force) {
            Err(report::Error::OtherCase { .. }) => Ok(()),
            other => other,
        }
    }

    /// Bounds the number of threads, where asked.
    ///
    /// # Errors
    /// When the system refuses to start them.
    pub fn start_threads(&self) -> Result<(), rayon::ThreadPoolBuildError> {
        match self.threads {
            Some(number) => rayon::ThreadPoolBuilder::new()
                .num_threads(number)
                .build_global(),
            None => Ok(()),
        }
    }
}

/// Which end of a day a date alone stands for.
#[derive(Clone, Copy)]
enum Day {
    Start,
    End,
}

/// A time of the command line: RFC 3339, or a date with or without a time of day where `--timezone`
/// says its zone.
fn time(option: &str, text: &str, rules: LocalRules, day: Day) -> Result<Timestamp, String> {
    let wrong = |what: &str| format!("{option} {text}: {what}");
    let text = text.trim();
    let is_date = !time_text::has_shape(text);
    let full = if is_date {
        format!("{text}T00:00:00")
    } else {
        text.to_owned()
    };
    let read = time_text::read(&full, rules).map_err(|fault| match fault {
        TimeFault::NoZone => {
            wrong("add the offset from UTC (2006-03-14T09:30:00-05:00, or Z), or --timezone")
        }
        TimeFault::NoDateOrder => wrong("write the year first (2006-03-14), or add --date-order"),
        TimeFault::OutOfRange => wrong("there is no such time"),
        TimeFault::NotATime => {
            wrong("write a time like 2006-03-14T09:30:00Z or, with --timezone, 2006-03-14")
        }
    })?;
    match (read.oddity, is_date, day) {
        (Some(Oddity::Ambiguous), false, _) => Err(wrong(
            "clocks showed this twice that night; add the offset from UTC",
        )),
        (Some(Oddity::Skipped), false, _) => Err(wrong(
            "clocks never showed this that night; add the offset from UTC",
        )),
        (_, true, Day::End) => Ok(end_of_day(text, rules).unwrap_or(read.stamp.at.plus(DAY - 1))),
        _ => Ok(read.stamp.at),
    }
}

/// The last instant of a date: just before the next one begins, for days have 23, 24 or 25 hours.
fn end_of_day(date: &str, rules: LocalRules) -> Option<Timestamp> {
    let last = time_text::read(&format!("{date}T23:59:59"), rules)
        .ok()?
        .stamp;
    Some(last.at.plus(last.precision - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(line: &str) -> Result<Analysis, String> {
        let args = Args::try_parse_from(std::iter::once("analyze").chain(line.split_whitespace()))
            .unwrap();
        // No such folder: what is planned does not depend on the evidence.
        Analysis::new(AnalyzeArgs {
            case: PathBuf::from("no-such-case"),
            ..args.analyze
        })
    }

    fn at(text: &str) -> Option<Timestamp> {
        Some(Timestamp::parse_rfc3339(text).unwrap())
    }

    #[test]
    fn times_with_an_offset_need_no_zone() {
        let options = plan("--since 2006-03-14T09:30:00-05:00 --until 2006-03-14T23:00:00Z")
            .unwrap()
            .options;
        assert_eq!(options.since, at("2006-03-14T14:30:00Z"));
        assert_eq!(options.until, at("2006-03-14T23:00:00Z"));
    }

    #[test]
    fn dates_are_whole_days_of_the_zone() {
        // On 2 April 2006 clocks in New York went forward: that day had 23 hours.
        let options = plan("--timezone America/New_York --since 2006-04-02 --until 2006-04-02")
            .unwrap()
            .options;
        assert_eq!(options.since, at("2006-04-02T05:00:00Z"));
        assert_eq!(options.until, at("2006-04-03T03:59:59.999999Z"));
    }

    #[test]
    fn unclear_times_are_refused_with_what_to_add() {
        let refusal = |line: &str| plan(line).unwrap_err();
        assert!(refusal("--since 2006-03-14").contains("--timezone"));
        assert!(refusal("--since 3/4/2006 --timezone UTC").contains("--date-order"));
        assert!(refusal("--since yesterday").contains("2006-03-14T09:30:00Z"));
        assert!(refusal("--since 2006-02-30T00:00:00Z").contains("no such time"));
        let twice = refusal("--since 2006-10-29T01:30:00 --timezone America/New_York");
        assert!(twice.contains("twice"), "{twice}");
        let backwards = refusal("--since 2006-03-15T00:00:00Z --until 2006-03-14T00:00:00Z");
        assert!(backwards.contains("nothing would be shown"), "{backwards}");
    }

    #[test]
    fn formats_and_defaults() {
        let plain = plan("").unwrap();
        assert!(!plain.markdown && !plain.parquet && plain.progress);
        assert_eq!(plain.options.stuck_after, Options::default().stuck_after);
        let more = plan("--format md,parquet,html --quiet").unwrap();
        assert!(more.markdown && more.parquet && !more.progress);
    }

    #[test]
    fn a_refusal_is_wrong_usage() {
        for (line, word) in [
            (["analyze", "x", "--since=never"], "--since never"),
            (["analyze", "my", "case"], "quotes"),
        ] {
            let error = Plan::new(Args::try_parse_from(line).unwrap()).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
