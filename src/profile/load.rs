//! From the written profile to one that can be used: every contradiction is an error that names its
//! line.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use super::cause::{self, CauseDocument, Piece, Reason};
use super::document::{
    Document, LayoutDocument, MailEventDocument, RuleDocument, ServiceDocument, SettingDocument,
};
use super::rule::Ids;
use super::step::StepDocument;
use super::{
    Basis, CauseRule, Counters, Error, ErrorCode, Layout, Profile, Rule, Service, SettingRule,
    Settings, StateWord, StepRule, Template,
};
use crate::case::InterventionKind;
use crate::evidence::model::{MailWords, Meaning};

/// Reads and checks a profile.
pub(super) fn load(text: &str, origin: &str) -> Result<Profile, Error> {
    let document: Document = toml::from_str(text).map_err(|error| Error::Syntax {
        origin: origin.to_owned(),
        detail: error.to_string(),
    })?;
    let place = Place { text, origin };
    let rules = rules(document.rule, &place)?;
    let (by_id, catch_all) = index(&rules);
    let settings = settings(document.setting, &place)?;
    let pieces = pieces(document.piece, &place)?;
    let causes = causes(document.cause, &rules, &settings, &pieces, &place)?;
    Ok(Profile {
        name: document.name,
        title: document.title,
        place_noun: document.place.noun,
        place_name: Template::new(&document.place.name),
        services: services(document.service, &place)?,
        rules: rules.into_iter().map(Spanned::into_inner).collect(),
        causes,
        pieces,
        steps: steps(document.step, &settings, &place)?,
        settings,
        counters: Counters {
            rules: document
                .counter
                .into_iter()
                .map(|counter| counter.into_inner().into())
                .collect(),
        },
        mail_words: mail_words(document.mail_event, &place)?,
        states: document
            .state
            .into_iter()
            .map(Spanned::into_inner)
            .flat_map(|state| {
                state.words.into_iter().map(move |word| StateWord {
                    word,
                    role: state.role,
                })
            })
            .collect(),
        parameters: parameters(document.parameters, &place)?,
        error_codes: document
            .error_code
            .into_iter()
            .map(Spanned::into_inner)
            .map(|c| {
                (
                    c.code,
                    ErrorCode {
                        meaning: c.meaning,
                        basis: c.basis,
                        source: c.source,
                    },
                )
            })
            .collect(),
        by_id,
        catch_all,
    })
}

/// Where in the file something stands, for errors.
struct Place<'t> {
    text: &'t str,
    origin: &'t str,
}

impl Place<'_> {
    fn invalid(&self, span: Range<usize>, what: String) -> Error {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        Error::Invalid {
            origin: self.origin.to_owned(),
            line,
            what,
        }
    }
}

/// The services; no name may stand for two of them.
fn services(
    written: Vec<Spanned<ServiceDocument>>,
    place: &Place<'_>,
) -> Result<Vec<Service>, Error> {
    let mut services: Vec<Service> = Vec::new();
    for service in written {
        let span = service.span();
        let ServiceDocument {
            key,
            display,
            names,
            basis,
            source,
            _language: _,
        } = service.into_inner();
        for name in display.iter().chain(&names) {
            if services.iter().any(|known| known.is_called(name)) {
                return Err(
                    place.invalid(span, format!("another service is called `{name}` already"))
                );
            }
        }
        if display.is_empty() && names.is_empty() {
            return Err(place.invalid(span, "a service needs a name".to_owned()));
        }
        services.push(Service {
            key,
            display,
            names,
            basis,
            source,
        });
    }
    Ok(services)
}

/// The rules; no two may take the same event or bear the same key.
fn rules(
    written: Vec<Spanned<RuleDocument>>,
    place: &Place<'_>,
) -> Result<Vec<Spanned<Rule>>, Error> {
    let mut rules: Vec<Spanned<Rule>> = Vec::new();
    for document in written {
        let span = document.span();
        let rule = rule(document.into_inner()).map_err(|what| place.invalid(span.clone(), what))?;
        for known in &rules {
            let known = known.get_ref();
            if known.key == rule.key {
                return Err(place.invalid(
                    span,
                    format!("another rule has the key `{}` already", rule.key),
                ));
            }
            if let Some(event) = common_event(known, &rule) {
                let (one, other) = (&known.key, &rule.key);
                let what = format!("rules `{one}` and `{other}` both take {event}");
                return Err(place.invalid(span, what));
            }
        }
        rules.push(Spanned::new(span, rule));
    }
    Ok(rules)
}

/// One rule, or what is wrong with it.
fn rule(document: RuleDocument) -> Result<Rule, String> {
    let ids = match (document.ids, document.id_range, document.any_id) {
        (Some(ids), None, false) if !ids.is_empty() => Ids::List(ids),
        (None, Some([first, last]), false) if first <= last => Ids::Range(first, last),
        (None, None, true) => Ids::Any,
        _ => {
            return Err(
                "a rule needs one of `ids`, `id_range` (first <= last) and `any_id`".to_owned(),
            );
        }
    };
    if document.providers.is_empty() {
        return Err("a rule needs at least one provider".to_owned());
    }
    let usual = Layout {
        language: None,
        template: document.template.as_deref().map(Template::new),
        inserts: document.inserts,
        source: document.source.clone(),
    };
    let inserts = usual.inserts.clone();
    let mut layouts = vec![usual];
    layouts.extend(
        document
            .layout
            .into_iter()
            .map(|layout: LayoutDocument| Layout {
                language: layout.language,
                template: Some(Template::new(&layout.template)),
                inserts: layout.inserts.unwrap_or_else(|| inserts.clone()),
                source: layout.source,
            }),
    );
    for Layout {
        template, inserts, ..
    } in &layouts
    {
        let used = template.as_ref().map_or(0, Template::highest_insert);
        if used > inserts.len() {
            return Err(format!(
                "the text uses %{used}, but `inserts` names only {}",
                inserts.len()
            ));
        }
    }
    Ok(Rule {
        key: document.key,
        role: document.role,
        log: document.log,
        providers: document.providers,
        ids,
        texts: document.texts,
        severity: document.severity,
        category: document.category,
        title: document.title,
        layouts,
        basis: document.basis,
        inserts_basis: document.inserts_basis.unwrap_or(document.basis),
        source: document.source,
        meaning: document.meaning,
    })
}

/// An event that both rules take, in words.
fn common_event(one: &Rule, other: &Rule) -> Option<String> {
    let same_log = match (&one.log, &other.log) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => true,
    };
    if !same_log {
        return None;
    }
    let provider = one
        .providers
        .iter()
        .find(|p| other.providers.iter().any(|q| q.eq_ignore_ascii_case(p)))?;
    if one.ids == Ids::Any && other.ids == Ids::Any {
        return Some(format!("every event of {provider}"));
    }
    let id = one
        .ids
        .iter()
        .find(|id| other.ids.iter().any(|known| known == *id))?;
    Some(format!("event {id} of {provider}"))
}

/// Index of the rules by event id, sorted, and the rules without one.
fn index(rules: &[Spanned<Rule>]) -> (Vec<(u16, usize)>, Vec<usize>) {
    let mut by_id = Vec::new();
    let mut catch_all = Vec::new();
    for (index, rule) in rules.iter().map(Spanned::get_ref).enumerate() {
        by_id.extend(rule.ids.iter().map(|id| (id, index)));
        if rule.ids == Ids::Any {
            catch_all.push(index);
        }
    }
    by_id.sort_unstable();
    (by_id, catch_all)
}

/// The parameter messages, by number.
fn parameters(
    written: BTreeMap<Spanned<String>, String>,
    place: &Place<'_>,
) -> Result<BTreeMap<u32, String>, Error> {
    let read = |(key, text): (Spanned<String>, String)| match key.get_ref().parse() {
        Ok(number) => Ok((number, text)),
        Err(_) => Err(place.invalid(key.span(), format!("`{}` is not a number", key.get_ref()))),
    };
    written.into_iter().map(read).collect()
}

/// The causes; no id may stand for two of them, and their conditions may name only what there is.
fn causes(
    written: Vec<Spanned<CauseDocument>>,
    rules: &[Spanned<Rule>],
    settings: &Settings,
    pieces: &[Piece],
    place: &Place<'_>,
) -> Result<Vec<CauseRule>, Error> {
    let known = cause::Known {
        rules: rules
            .iter()
            .map(|rule| rule.get_ref().key.as_str())
            .collect(),
        changes: InterventionKind::ALL
            .iter()
            .map(|(name, _)| *name)
            .collect(),
        has_default: &|key, name| {
            let rule = settings.find(key, name);
            rule.is_some_and(|rule| rule.default.is_some())
        },
    };
    let checked = |reasons: Vec<Spanned<Reason>>, excludes: bool| {
        let check = |reason: Spanned<Reason>| {
            let span = reason.span();
            let reason = reason.into_inner();
            let exclusion = match excludes {
                true => cause::check_exclusion(&reason),
                false => Ok(()),
            };
            cause::check(&reason, &known)
                .and(exclusion)
                .map(|()| reason)
                .map_err(|what| place.invalid(span, what))
        };
        reasons
            .into_iter()
            .map(check)
            .collect::<Result<Vec<Reason>, Error>>()
    };
    let mut causes: Vec<CauseRule> = Vec::new();
    for cause in written {
        let span = cause.span();
        let cause = cause.into_inner();
        if causes.iter().any(|known| known.id == cause.id) {
            return Err(place.invalid(
                span,
                format!("another cause has the id `{}` already", cause.id),
            ));
        }
        let unknown = |id: &&String| !pieces.iter().any(|piece| piece.id == **id);
        if let Some(id) = cause.settled_by.iter().find(unknown) {
            return Err(place.invalid(span, format!("no [[piece]] has the id `{id}`")));
        }
        if let Some(span) = misplaced_sign(&cause) {
            let what = "only a `possible_by` says `sign`".to_owned();
            return Err(place.invalid(span, what));
        }
        causes.push(CauseRule {
            id: cause.id,
            name: cause.name,
            source: cause.source,
            summary: cause.summary,
            settle: cause.settle,
            settled_by: cause.settled_by,
            supported_by: checked(cause.supported_by, false)?,
            ruled_out_by: checked(cause.ruled_out_by, true)?,
            possible_by: checked(cause.possible_by, false)?,
            also: checked(cause.also, false)?,
        });
    }
    Ok(causes)
}

/// Where a condition that needs no sign has one: what supports a cause speaks for it, what excludes it does not.
fn misplaced_sign(cause: &CauseDocument) -> Option<Range<usize>> {
    let lists = [&cause.supported_by, &cause.ruled_out_by, &cause.also];
    let mut reasons = lists.into_iter().flatten();
    let odd = reasons.find(|reason| reason.get_ref().sign)?;
    Some(odd.span())
}

/// The pieces of evidence that settle causes; no id may stand for two of them.
fn pieces(written: Vec<Spanned<Piece>>, place: &Place<'_>) -> Result<Vec<Piece>, Error> {
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in written {
        let span = piece.span();
        let piece = piece.into_inner();
        if pieces.iter().any(|known| known.id == piece.id) {
            let what = format!("another piece has the id `{}` already", piece.id);
            return Err(place.invalid(span, what));
        }
        pieces.push(piece);
    }
    Ok(pieces)
}

/// The settings; no value may have two rules.
fn settings(written: Vec<Spanned<SettingDocument>>, place: &Place<'_>) -> Result<Settings, Error> {
    let mut rules: Vec<SettingRule> = Vec::new();
    for setting in written {
        let span = setting.span();
        let rule = SettingRule::new(setting.into_inner());
        let same = |known: &&SettingRule| {
            known.key.eq_ignore_ascii_case(&rule.key) && known.name.eq_ignore_ascii_case(&rule.name)
        };
        if rules.iter().any(|known| same(&known)) {
            let what = format!("`{}` of {} has a rule already", rule.name, rule.key);
            return Err(place.invalid(span, what));
        }
        if rule.range.is_some_and(|(least, most)| least > most) {
            return Err(place.invalid(span, "the range ends before it begins".to_owned()));
        }
        rules.push(rule);
    }
    Ok(Settings { rules })
}

/// The steps; no id may stand for two of them, and a setting must be one that matters.
fn steps(
    written: Vec<Spanned<StepDocument>>,
    settings: &Settings,
    place: &Place<'_>,
) -> Result<Vec<StepRule>, Error> {
    let mut steps: Vec<StepRule> = Vec::new();
    for step in written {
        let span = step.span();
        let invalid = |what: String| place.invalid(span.clone(), what);
        let step = StepRule::new(step.into_inner()).map_err(invalid)?;
        if steps.iter().any(|known| known.id == step.id) {
            return Err(invalid(format!(
                "another step has the id `{}` already",
                step.id
            )));
        }
        let of = step.setting.iter();
        let mut of = of.flat_map(|(key, values)| values.iter().map(move |value| (key, value)));
        if let Some((key, value)) = of.find(|(key, value)| settings.find(key, value).is_none()) {
            return Err(invalid(format!(
                "no [[setting]] is about `{value}` of {key}"
            )));
        }
        steps.push(step);
    }
    Ok(steps)
}

/// The words of the mail system's logs; none may mean two things.
fn mail_words(
    written: Vec<Spanned<MailEventDocument>>,
    place: &Place<'_>,
) -> Result<MailWords, Error> {
    let mut words = MailWords::default();
    for event in written {
        let span = event.span();
        let event = event.into_inner();
        let meaning = Meaning {
            step: event.step,
            documented: event.basis != Basis::Inferred,
        };
        if !words.add(event.log, &event.id, meaning) {
            let what = format!("another mail event of this log is called `{}`", event.id);
            return Err(place.invalid(span, what));
        }
    }
    Ok(words)
}
