//! The three answers in plain words. Where there is too little they say so, and no more.

use super::{FEWEST, plural};
use crate::analysis::findings::{EndsAtRestarts, HeldAtRestarts, OldMailRate, RestartEffect};

pub(super) fn of(effect: &RestartEffect) -> String {
    let parts = [
        ends(effect.ends.as_ref(), effect.restarts),
        held(&effect.held),
        effect.old_mail.as_ref().map(old_mail).unwrap_or_default(),
    ];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(" ")
}

fn ends(found: Option<&EndsAtRestarts>, restarts: u64) -> String {
    let Some(found) = found else {
        return "No stuck mail is known to have left while the System log spoke of restarts."
            .to_owned();
    };
    let left = plural(found.occasions as usize, "occasion", "occasions");
    let restarts = plural(restarts as usize, "restart", "restarts");
    let known = match found.known {
        known if known == found.occasions => "all known to the hour".to_owned(),
        known => format!("{known} of them known to the hour"),
    };
    let Some(p) = found.p_value else {
        return format!(
            "{restarts}, and stuck mail left on {left}, {known}: too few to tell from chance."
        );
    };
    let counted = format!(
        "Stuck mail left on {left}, {known}. Of these {} may have been at one of {restarts}, where chance would give {} ({})",
        found.at_restarts,
        number(found.expected),
        chance(p)
    );
    match p <= 0.05 {
        true => {
            format!("{counted}: restarts may have let mail out, or something that goes with them.")
        }
        false => format!("{counted}: no more than chance may give."),
    }
}

fn held(found: &HeldAtRestarts) -> String {
    let all = found.let_out + found.kept + found.unknown;
    if all == 0 {
        return String::new();
    }
    let mut fates = vec![format!("{} let all of it out", found.let_out)];
    if found.kept > 0 {
        fates.push(format!("after {} some stayed", found.kept));
    }
    if found.unknown > 0 {
        fates.push(format!("of {} it is not known", found.unknown));
    }
    let counted = format!(
        "Of {} when stuck mail was or may have been held, {}",
        plural(all as usize, "restart", "restarts"),
        fates.join(", ")
    );
    match (found.share_low, found.share_high) {
        (Some(low), Some(high)) if all >= FEWEST => format!(
            "{counted}: between {} and {} of such restarts do (exact 95 % interval).",
            percent(low),
            percent(high)
        ),
        _ => format!("{counted}: too few to say how often."),
    }
}

fn old_mail(found: &OldMailRate) -> String {
    let count = |events: u64| plural(events as usize, "old message", "old messages");
    let counted = format!(
        "{} went out in the {:.0} covered minutes after starts, {} in the {:.1} other hours",
        count(found.after.events),
        found.after.hours * 60.0,
        found.otherwise.events,
        found.otherwise.hours
    );
    let Some(ratio) = found.rate_ratio.as_ref() else {
        return format!("{counted}.");
    };
    let high = ratio.high.map_or("no limit".to_owned(), number);
    let times = format!("between {} and {high} times", number(ratio.low));
    let meaning = match (ratio.low > 1.0, ratio.high.is_some_and(|high| high < 1.0)) {
        (true, _) => "more often after starts",
        (_, true) => "less often after starts",
        _ => "not shown to differ",
    };
    format!(
        "{counted}. Counted in stretches of ten minutes, since old mail goes out together: {meaning}, {times} the usual \
         rate (exact 95 % interval)."
    )
}

/// `p = 0.03`, `p < 0.0001`.
pub(in crate::analysis) fn chance(p: f64) -> String {
    if p < 0.0001 {
        "p < 0.0001".to_owned()
    } else {
        format!("p = {}", number(p))
    }
}

/// Two significant digits, and no exponent: `0.0031`, `1.4`, `24`.
pub(in crate::analysis) fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let digits = (1 - value.abs().log10().floor() as i32).clamp(0, 6);
    format!("{value:.*}", digits as usize)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
