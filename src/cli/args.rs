//! What was typed. Each value is checked for itself here; what concerns several of them is in
//! [`super::plan`].

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand, ValueEnum};
use stuckmail::case::DateOrder;
use stuckmail::case::config::{parse_duration, parse_zone};
use stuckmail::profile::Profile;

const ABOUT: &str = "Finds mail that got stuck in a mail server, from the evidence in a folder";

const LONG_ABOUT: &str = "\
Finds mail that got stuck in a mail server, from the evidence in a folder.

Reads the event logs and the captures of temp tables that you copied off the servers, and writes a report that says \
whether mail is or was stuck, where, since when and for how long, what set it off and what set it free, what a restart \
of SMTP would let out now, how sure all that is, and which evidence would settle what is open. It works offline, opens \
the evidence read-only and writes nothing into the case folder.";

const AFTER_LONG_HELP: &str = "\
THE CASE FOLDER
  Any layout, any depth. Files are recognised by their content, not by their names:
    - event logs of each server (.evt, .evtx, or any export of them): Application, where
      event 348 stands, and System, where restarts stand
    - message tracking logs and logs of the SMTP service
    - captures of the temp tables by MFCMAPI, or as JSON or CSV, empty ones too, named like
      BH01_TempTable#1_20060314T143000Z.csv
    - registry exports, `dir` listings of mailroot, performance counters as CSV
    - archives of such files (.zip, .gz, .tar.gz, .7z), read in place
    - case.toml, if you like: time zone, roles of servers, clock offsets, changes that were
      made, what somebody read on a screen

EXAMPLES
  analyze ./case42
      Writes reports/case42/report.html, findings.json and timeline.csv, and prints a summary.
  analyze ./case42 --timezone America/New_York --date-order mdy
      For exports and captures whose times carry no zone.
  analyze ./case42 -o /tickets/4711 --format parquet,md
      Somewhere else, with the timeline as Parquet and the report as Markdown too.
  analyze ./case42 --since 2006-03-13T00:00:00Z --until 2006-03-20T00:00:00Z
      Shows one week. Conclusions still rest on all the evidence.
  analyze new ./case43 --server BH01 --server BH02
      Makes a case folder with a guide to capturing evidence, and scripts that collect it.
  analyze inspect ./case42/bh01/System.evt
      Says what a file is, how it was understood, and shows its first records.
  analyze explain ./case42 M17
      Shows what is claimed of one message (or W3, R2, B1, X1, N3), and the records that it rests on.
  analyze schema findings
      Prints the JSON Schema of findings.json.

EXIT CODE
  0  done
  1  it could not be done
  2  the command line is wrong
  With --exit-code, also:
  10  the verdict is `stuck_now` or `at_risk`
  11  the verdict is `unknown`
  Damaged evidence never stops a run: it is counted, listed and shown.";

/// The command line as typed.
#[derive(Debug, Parser)]
#[command(
    name = "analyze",
    version,
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_help = "Run with --help for examples, what a case folder is, and the exit codes.",
    after_long_help = AFTER_LONG_HELP,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,

    #[command(flatten)]
    pub analyze: AnalyzeArgs,
}

/// What can be done besides analysing. These words win over folders of the same name (`./schema` is
/// the folder).
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the JSON Schema of a format that this program writes or reads
    Schema {
        #[arg(value_enum, value_name = "FORMAT")]
        format: SchemaFormat,
    },
    /// Show what a file is, how it was recognised, what it holds, and its first records
    Inspect(InspectArgs),
    /// Show what one claim rests on: each record as text, what it bounds, what was ruled out
    Explain(ExplainArgs),
    /// Make a case folder: case.toml, a guide to capturing evidence, scripts that collect it
    New(NewArgs),
}

#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// Folder to make; one that exists must be empty
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,

    /// A server of the case, once for each [default: SERVER1]
    #[arg(long = "server", value_name = "NAME", value_parser = server_name)]
    pub servers: Vec<String>,

    /// IANA time zone of the servers, such as Europe/Berlin
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub timezone: Option<Tz>,
}

// How evidence is read, whatever is then done with it. (A doc comment would stand in the help.)
#[derive(Debug, clap::Args)]
pub struct ReadingArgs {
    /// Which events matter [default: that of case.toml, else exchange-2003]
    #[arg(long, value_name = "PROFILE", value_parser = PossibleValuesParser::new(Profile::names()))]
    pub profile: Option<String>,

    /// IANA time zone of evidence written in local time, such as Europe/Berlin; overrides case.toml
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub timezone: Option<Tz>,

    /// Order of day, month and year in dates such as 3/4/2006: dmy, mdy or ymd; overrides case.toml
    #[arg(long, value_name = "ORDER", value_parser = date_order)]
    pub date_order: Option<DateOrder>,
}

#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// Folder that holds the evidence
    #[arg(value_name = "CASE")]
    pub case: PathBuf,

    /// What to explain: ids from the report (W3, B1, R2, M17, X1, N3) or message ids, with or
    /// without brackets
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,

    /// Columns of a line
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = width)]
    pub width: usize,

    /// Show every entry of long lists, not only the first 30 of each
    #[arg(long)]
    pub all: bool,

    #[command(flatten)]
    pub reading: ReadingArgs,

    /// How long a message must have stayed to count as stuck (90s, 15m, 1h30m) [default: 15m]
    #[arg(long, value_name = "DURATION", value_parser = stuck_after)]
    pub stuck_after: Option<i64>,

    /// Count records carved from the slack space of .evt logs as events
    #[arg(long)]
    pub include_recovered: bool,
}

#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// Files to look at: event logs, exports, captures, archives
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// How many records to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub records: usize,

    #[command(flatten)]
    pub reading: ReadingArgs,

    /// Show records carved from the slack space of .evt logs too
    #[arg(long)]
    pub include_recovered: bool,
}

/// Formats that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaFormat {
    /// findings.json, the conclusions
    Findings,
    /// A capture of a temp table, as this program reads it
    Snapshot,
}

#[derive(Debug, clap::Args)]
pub struct AnalyzeArgs {
    /// Folder that holds the evidence [default: the current folder]
    #[arg(value_name = "CASE", default_value = ".", hide_default_value = true)]
    pub case: PathBuf,

    /// What follows it: read only to be refused in words that help
    #[arg(hide = true)]
    pub more: Vec<PathBuf>,

    /// Folder for the report [default: reports/<name of the case folder>]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub reading: ReadingArgs,

    /// Show nothing before this time (2006-03-13T00:00:00Z); inference uses all the evidence
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,

    /// Show nothing after this time; a date alone is that whole day
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,

    /// How long a message must have stayed to count as stuck (90s, 15m, 1h30m) [default: 15m]
    #[arg(long, value_name = "DURATION", value_parser = stuck_after)]
    pub stuck_after: Option<i64>,

    /// What to write besides report.html, findings.json and timeline.csv, which are always written
    #[arg(long, value_name = "FORMAT", value_enum, value_delimiter = ',')]
    pub format: Vec<Format>,

    /// List every event in the timeline, not only those that mean something
    #[arg(long)]
    pub all_events: bool,

    /// Count records carved from the slack space of .evt logs as events
    #[arg(long)]
    pub include_recovered: bool,

    /// Write into an output folder that holds something else than an earlier report on this case
    #[arg(long)]
    pub force: bool,

    /// Tell the verdict by the exit code: 10 if mail is stuck or at risk, 11 if unknown
    #[arg(long)]
    pub exit_code: bool,

    /// Print only the path of the report
    #[arg(short, long)]
    pub quiet: bool,

    /// Show no progress bar
    #[arg(long)]
    pub no_progress: bool,

    /// Threads to use [default: one for each core]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
}

/// What can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// report.html (always written)
    Html,
    /// findings.json (always written)
    Json,
    /// timeline.csv (always written)
    Csv,
    /// timeline.parquet
    Parquet,
    /// report.md
    Md,
}

fn zone(text: &str) -> Result<Tz, String> {
    parse_zone(text).map_err(|help| format!("it is not an IANA time zone; {help}"))
}

fn date_order(text: &str) -> Result<DateOrder, String> {
    DateOrder::parse(text).ok_or_else(|| "write dmy, mdy or ymd".to_owned())
}

/// A name that can be that of a server and of a folder.
fn server_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let fits = (1..=63).contains(&name.len())
        && name.chars().all(plain)
        && !name.starts_with('.')
        && !name.ends_with('.');
    if fits {
        Ok(name.to_owned())
    } else {
        Err("write the name of a computer, like BH01 or bh01.corp.example".to_owned())
    }
}

fn stuck_after(text: &str) -> Result<i64, String> {
    match parse_duration(text) {
        Some(micros) if micros > 0 => Ok(micros),
        Some(_) => Err("it must be longer than nothing".to_owned()),
        None => Err("write it like 90s, 15m or 1h30m".to_owned()),
    }
}

/// Columns of a line: too few would leave no room for words.
fn width(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(columns) if (40..=1000).contains(&columns) => Ok(columns),
        _ => Err("write a number from 40 to 1000".to_owned()),
    }
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("write a number from 1 upwards".to_owned()),
        Ok(number) => Ok(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    fn parse(line: &str) -> Result<Args, clap::Error> {
        Args::try_parse_from(std::iter::once("analyze").chain(line.split_whitespace()))
    }

    fn refusal(line: &str) -> String {
        let error = parse(line).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        error.to_string()
    }

    #[test]
    fn the_command_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn help_teaches() {
        let help = Args::command().render_long_help().to_string();
        for word in [
            "case.toml",
            "analyze ./case42",
            "EXIT CODE",
            "--timezone",
            "348",
            "schema",
        ] {
            assert!(help.contains(word), "{word} is not in\n{help}");
        }
        let too_wide = help.lines().find(|line| line.chars().count() > 120);
        assert_eq!(too_wide, None);
    }

    #[test]
    fn without_anything_it_analyses_here() {
        let args = parse("").unwrap();
        assert!(args.command.is_none());
        assert_eq!(args.analyze.case, PathBuf::from("."));
        assert_eq!(args.analyze.stuck_after, None);
    }

    #[test]
    fn everything_of_the_contract_is_read() {
        let line = "case42 -o out --profile exchange-2003 --timezone europe/berlin --date-order DMY --since 2006-03-13 \
                    --until 2006-03-14T00:00:00Z --stuck-after 1h30m --format parquet,md --all-events --include-recovered --force \
                    --exit-code --threads 2 -q --no-progress";
        let args = parse(line).unwrap().analyze;
        assert_eq!(args.reading.timezone, Some(chrono_tz::Europe::Berlin));
        assert_eq!(args.reading.date_order, Some(DateOrder::Dmy));
        assert_eq!(args.stuck_after, Some(90 * 60 * 1_000_000));
        assert_eq!(args.format, [Format::Parquet, Format::Md]);
        assert_eq!(args.threads, Some(2));
        assert!(args.include_recovered);
        assert!(args.all_events && args.force && args.exit_code && args.quiet && args.no_progress);
    }

    #[test]
    fn subcommand_words_win_over_folders() {
        let schema = parse("schema findings").unwrap().command;
        assert!(matches!(
            schema,
            Some(Command::Schema {
                format: SchemaFormat::Findings
            })
        ));
        assert_eq!(
            parse("schema").unwrap_err().kind(),
            ErrorKind::MissingRequiredArgument
        );
        let new = parse("new case43 --server BH01 --server be01.corp.example").unwrap();
        let Some(Command::New(new)) = new.command else {
            panic!("{new:?}");
        };
        assert_eq!(new.servers, ["BH01", "be01.corp.example"]);
        assert!(parse("./new").unwrap().command.is_none());
        let folder = parse("./schema").unwrap();
        assert!(folder.command.is_none());
        assert_eq!(folder.analyze.case, PathBuf::from("./schema"));
    }

    #[test]
    fn wrong_values_are_told_what_to_write() {
        assert!(refusal("--timezone Berlin").contains("Europe/Berlin"));
        assert!(refusal("--date-order us").contains("dmy, mdy or ymd"));
        assert!(refusal("--stuck-after 15").contains("15m"));
        assert!(refusal("--stuck-after 0s").contains("longer than nothing"));
        assert!(refusal("--profile exchange-2004").contains("exchange-2003"));
        assert!(refusal("--format pdf").contains("parquet"));
        assert!(refusal("new x --server ../y").contains("BH01"));
        assert!(refusal("new x --server ..").contains("BH01"));
        assert!(refusal("--threads 0").contains("from 1"));
        assert!(refusal("--formt md").contains("--format"));
    }
}
