//! From the fields of `case.toml` to values: times, zones, durations, kinds, names.

use std::ops::Range;

use chrono_tz::{TZ_VARIANTS, Tz};
use toml::{Spanned, Value};

use super::{
    CaseConfig, ConfigError, InterventionConfig, InterventionKind, LogConfig, ObservationConfig,
    ServerConfig, SettingConfig, SnapshotConfig, duration, raw,
};
use crate::case::encoding::CodePage;
use crate::case::names;
use crate::case::suggest;
use crate::case::time_text::{self, DateOrder, LocalRules, Oddity, TimeFault};
use crate::time::Stamp;

pub fn validate(raw: raw::Config, text: &str) -> Result<CaseConfig, ConfigError> {
    let check = Check {
        text,
        rules: LocalRules::default(),
    };
    let time_zone = raw.time_zone.map(|zone| check.zone(&zone)).transpose()?;
    let date_order = raw
        .date_order
        .map(|order| check.date_order(&order))
        .transpose()?;
    let check = Check {
        text,
        rules: LocalRules {
            zone: time_zone,
            order: date_order,
        },
    };
    Ok(CaseConfig {
        base: String::new(),
        name: raw.name.filter(|name| !name.trim().is_empty()),
        profile: raw.profile,
        time_zone,
        date_order,
        code_page: raw
            .code_page
            .map(|page| check.code_page(&page))
            .transpose()?,
        servers: check.all(raw.server, Check::server)?,
        snapshots: check.all(raw.snapshot, Check::snapshot)?,
        settings: check.all(raw.setting, Check::setting)?,
        logs: check.all(raw.log, Check::log)?,
        interventions: check.all(raw.intervention, Check::intervention)?,
        observations: check.all(raw.observation, Check::observation)?,
    })
}

/// The text of the file, for errors, and how to read its local times.
struct Check<'a> {
    text: &'a str,
    rules: LocalRules,
}

impl Check<'_> {
    fn error(&self, span: Range<usize>, message: impl Into<String>) -> ConfigError {
        ConfigError::new(self.text, span, message)
    }

    fn all<R, V>(
        &self,
        entries: Vec<Spanned<R>>,
        one: impl Fn(&Self, R) -> Result<V, ConfigError>,
    ) -> Result<Vec<V>, ConfigError> {
        entries
            .into_iter()
            .map(|entry| one(self, entry.into_inner()))
            .collect()
    }

    fn zone(&self, zone: &Spanned<String>) -> Result<Tz, ConfigError> {
        parse_zone(zone.get_ref()).map_err(|help| {
            self.error(
                zone.span(),
                format!("`{}` is not an IANA time zone", zone.get_ref()),
            )
            .help(help)
        })
    }

    fn date_order(&self, order: &Spanned<String>) -> Result<DateOrder, ConfigError> {
        DateOrder::parse(order.get_ref()).ok_or_else(|| {
            self.error(
                order.span(),
                format!("`{}` is not a date order", order.get_ref()),
            )
            .help("write \"dmy\", \"mdy\" or \"ymd\"")
        })
    }

    fn name(&self, name: Spanned<String>) -> Result<String, ConfigError> {
        if name.get_ref().trim().is_empty() {
            return Err(self.error(name.span(), "the name is empty"));
        }
        Ok(name.into_inner().trim().to_owned())
    }

    fn duration(&self, text: &Spanned<String>) -> Result<i64, ConfigError> {
        duration::parse(text.get_ref()).ok_or_else(|| {
            self.error(
                text.span(),
                format!("`{}` is not a duration", text.get_ref()),
            )
            .help("write it like \"2m13s\", \"5s\", \"-40s\" or \"1h\"")
        })
    }

    fn server(&self, raw: raw::Server) -> Result<ServerConfig, ConfigError> {
        let uncertainty = raw.clock_uncertainty.map(|text| {
            let micros = self.duration(&text)?;
            if micros < 0 {
                return Err(self.error(text.span(), "an uncertainty cannot be negative"));
            }
            Ok(micros)
        });
        if let Some(count) = &raw.virtual_servers
            && *count.get_ref() == 0
        {
            let error = self.error(
                count.span(),
                "a server that carries mail has at least one virtual server",
            );
            return Err(error.help("leave the line out when the number is not known"));
        }
        Ok(ServerConfig {
            name: self.name(raw.name)?,
            role: raw.role,
            aliases: raw
                .aliases
                .into_iter()
                .map(|alias| self.name(alias))
                .collect::<Result<_, _>>()?,
            clock_ahead_by: raw
                .clock_ahead_by
                .map(|text| self.duration(&text))
                .transpose()?,
            virtual_servers: raw.virtual_servers.map(Spanned::into_inner),
            clock_uncertainty: uncertainty.transpose()?,
        })
    }

    fn snapshot(&self, raw: raw::Snapshot) -> Result<SnapshotConfig, ConfigError> {
        let table = raw.table.map(|table| self.name(table)).transpose()?;
        Ok(SnapshotConfig {
            file: self.path(raw.file)?,
            server: raw.server.map(|server| self.name(server)).transpose()?,
            table: table.map(|table| names::table_name(&table).unwrap_or(table)),
            captured_at: raw.captured_at.map(|at| self.time(&at)).transpose()?,
        })
    }

    fn setting(&self, raw: raw::Setting) -> Result<SettingConfig, ConfigError> {
        let time_zone = raw.time_zone.map(|zone| self.zone(&zone)).transpose()?;
        let date_order = raw
            .date_order
            .map(|order| self.date_order(&order))
            .transpose()?;
        // The entry's own zone is that of its own time too.
        let own = Check {
            text: self.text,
            rules: LocalRules {
                zone: time_zone.or(self.rules.zone),
                order: date_order.or(self.rules.order),
            },
        };
        Ok(SettingConfig {
            file: self.path(raw.file)?,
            server: raw.server.map(|server| self.name(server)).transpose()?,
            captured_at: raw.captured_at.map(|at| own.time(&at)).transpose()?,
            time_zone,
            date_order,
        })
    }

    fn log(&self, raw: raw::Log) -> Result<LogConfig, ConfigError> {
        Ok(LogConfig {
            file: self.path(raw.file)?,
            server: raw.server.map(|server| self.name(server)).transpose()?,
            log: raw.log.map(|log| self.name(log)).transpose()?,
            time_zone: raw.time_zone.map(|zone| self.zone(&zone)).transpose()?,
            date_order: raw
                .date_order
                .map(|order| self.date_order(&order))
                .transpose()?,
            code_page: raw
                .code_page
                .map(|page| self.code_page(&page))
                .transpose()?,
        })
    }

    fn code_page(&self, page: &Spanned<raw::Number>) -> Result<CodePage, ConfigError> {
        let written = match page.get_ref() {
            raw::Number::Number(number) => number.to_string(),
            raw::Number::Name(name) => name.clone(),
        };
        CodePage::parse(&written).ok_or_else(|| {
            self.error(
                page.span(),
                format!("`{written}` is not a code page of Windows"),
            )
            .help("write it like 1252, 850 or 932; text in UTF-8 or UTF-16 needs none")
        })
    }

    /// A path relative to the case folder, with `/` and without `./`.
    fn path(&self, file: Spanned<String>) -> Result<String, ConfigError> {
        Ok(self
            .name(file)?
            .replace('\\', "/")
            .trim_start_matches("./")
            .trim_end_matches('/')
            .to_owned())
    }

    fn intervention(&self, raw: raw::Intervention) -> Result<InterventionConfig, ConfigError> {
        let written = raw.kind.get_ref().as_str();
        let known = InterventionKind::ALL;
        let kind = known
            .iter()
            .find(|(name, _)| *name == written)
            .map(|(_, kind)| *kind)
            .ok_or_else(|| {
                self.error(
                    raw.kind.span(),
                    format!("`{written}` is not a kind of intervention"),
                )
                .help(suggest::did_you_mean(
                    written,
                    known.iter().map(|(name, _)| *name),
                ))
            })?;
        Ok(InterventionConfig {
            at: self.time(&raw.at)?,
            server: raw.server.map(|server| self.name(server)).transpose()?,
            kind,
            what: raw.what,
        })
    }

    fn observation(&self, raw: raw::Observation) -> Result<ObservationConfig, ConfigError> {
        let place = self.name(raw.place)?;
        Ok(ObservationConfig {
            at: self.time(&raw.at)?,
            server: self.name(raw.server)?,
            place: names::table_name(&place).unwrap_or(place),
            count: raw.count,
            note: raw.note,
        })
    }

    /// A time: text or TOML date-time, with an offset, or local where the file gives `time_zone`.
    fn time(&self, value: &Spanned<Value>) -> Result<Stamp, ConfigError> {
        let error = |message: String| self.error(value.span(), message);
        let text = match value.get_ref() {
            Value::String(text) => text.clone(),
            Value::Datetime(at) => at.to_string(),
            other => {
                return Err(error(format!(
                    "a time is expected here, not {}",
                    other.type_str()
                )));
            }
        };
        let example = "write it like \"2006-03-14T09:30:00-05:00\"";
        let read = time_text::read(&text, self.rules).map_err(|fault| match fault {
            TimeFault::NoZone => error(format!("`{text}` has no offset from UTC")).help(
                "add the offset (`-05:00`, or `Z`), or a line such as time_zone = \"America/New_York\" at the top",
            ),
            TimeFault::NoDateOrder => error(format!("the order of day and month in `{text}` is not known")).help(example),
            TimeFault::OutOfRange => error(format!("there is no such time as `{text}`")).help(example),
            TimeFault::NotATime => error(format!("`{text}` is not a time")).help(example),
        })?;
        match read.oddity {
            None => Ok(read.stamp),
            Some(Oddity::Ambiguous) => {
                Err(error(format!("clocks showed `{text}` twice that night"))
                    .help("add the offset from UTC that was meant"))
            }
            Some(Oddity::Skipped) => Err(error(format!("clocks never showed `{text}` that night"))
                .help("add the offset from UTC that was meant")),
        }
    }
}

/// An IANA zone by its name, in any case.
///
/// # Errors
/// What was probably meant, as a sentence.
pub fn parse_zone(name: &str) -> Result<Tz, String> {
    let name = name.trim();
    if let Some(zone) = TZ_VARIANTS
        .iter()
        .find(|zone| zone.name().eq_ignore_ascii_case(name))
    {
        return Ok(*zone);
    }
    // `New_York` or `new york` for `America/New_York`.
    let wanted = name.replace(' ', "_").to_ascii_lowercase();
    let city = TZ_VARIANTS.iter().find(|zone| {
        zone.name()
            .rsplit('/')
            .next()
            .is_some_and(|city| city.eq_ignore_ascii_case(&wanted))
    });
    Err(match city {
        Some(zone) => format!("did you mean `{}`?", zone.name()),
        None => suggest::closest(name, TZ_VARIANTS.iter().map(|zone| zone.name())).map_or_else(
            || "write it like \"America/New_York\" or \"Europe/Berlin\"".to_owned(),
            |zone| format!("did you mean `{zone}`?"),
        ),
    })
}
