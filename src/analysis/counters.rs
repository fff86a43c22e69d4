//! Performance counters, cut down to what a reader and a chart need.

use crate::analysis::findings::{Counter, CounterPeak};
use crate::evidence::model::CounterSeries;
use crate::time::Timestamp;

/// Stretches of time of which the highest value is kept.
const MOST_PEAKS: i64 = 500;

/// Every counter that has a value, by its first sample, then server and name.
pub fn of_case(series: &[CounterSeries]) -> Vec<Counter> {
    let mut all: Vec<Counter> = series.iter().filter_map(of_series).collect();
    all.sort_by(|a, b| {
        (a.from, &a.server, &a.counter, &a.evidence).cmp(&(
            b.from,
            &b.server,
            &b.counter,
            &b.evidence,
        ))
    });
    all
}

fn of_series(series: &CounterSeries) -> Option<Counter> {
    let mut points: Vec<(Timestamp, f64)> = series
        .points
        .iter()
        .copied()
        .filter(|(_, value)| value.is_finite())
        .collect();
    points.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (from, to) = (points.first()?.0, points.last()?.0);
    let mut values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
    values.sort_by(f64::total_cmp);
    let max = *values.last()?;
    Some(Counter {
        server: series.server.clone(),
        counter: series.counter.clone(),
        from,
        to,
        samples: points.len() as u64,
        min: *values.first()?,
        // The value that half of the samples do not exceed.
        median: *values.get((values.len() - 1) / 2)?,
        max,
        max_at: points.iter().find(|(_, value)| *value == max)?.0,
        peaks: peaks(&points, from, to),
        evidence: series.cite.to_string(),
    })
}

fn peaks(points: &[(Timestamp, f64)], from: Timestamp, to: Timestamp) -> Vec<CounterPeak> {
    let width = (to.since(from) / MOST_PEAKS).saturating_add(1);
    let mut peaks: Vec<(i64, CounterPeak)> = Vec::new();
    for &(at, value) in points {
        let stretch = at.since(from) / width;
        match peaks.last_mut() {
            Some((last, peak)) if *last == stretch => {
                if value > peak.value {
                    *peak = CounterPeak { at, value };
                }
            }
            _ => peaks.push((stretch, CounterPeak { at, value })),
        }
    }
    peaks.into_iter().map(|(_, peak)| peak).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::model::{Citation, FileId};
    use crate::time::SECOND;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).unwrap()
    }

    fn series(points: Vec<(Timestamp, f64)>) -> CounterSeries {
        CounterSeries {
            cite: Citation {
                file: FileId(4),
                record: 2,
            },
            server: "BH01".to_owned(),
            counter: r"\SMTP Server(_Total)\Local Queue Length".to_owned(),
            points,
        }
    }

    #[test]
    fn a_counter_without_values_is_left_out() {
        assert_eq!(
            of_case(&[series(vec![]), series(vec![(at(0), f64::NAN)])]),
            []
        );
    }

    #[test]
    fn extremes_and_median() {
        let points = vec![
            (at(0), 3.0),
            (at(15), 9.0),
            (at(30), f64::NAN),
            (at(45), 9.0),
            (at(60), 1.0),
        ];
        let [counter] = of_case(&[series(points)]).try_into().unwrap();
        assert_eq!(
            (counter.samples, counter.min, counter.median, counter.max),
            (4, 1.0, 3.0, 9.0)
        );
        assert_eq!(
            (counter.from, counter.to, counter.max_at),
            (at(0), at(60), at(15))
        );
        assert_eq!(counter.peaks.len(), 4);
        assert_eq!(counter.evidence, "E4#2");
    }

    /// A week of samples every fifteen seconds: no more peaks than promised, and none lost.
    #[test]
    fn many_samples_become_few_peaks() {
        let points: Vec<(Timestamp, f64)> = (0..40_320)
            .map(|n| (at(n * 15), if n == 20_001 { 77.0 } else { (n % 7) as f64 }))
            .collect();
        let [counter] = of_case(&[series(points)]).try_into().unwrap();
        assert!(counter.peaks.len() <= 500, "{}", counter.peaks.len());
        assert!(
            counter
                .peaks
                .iter()
                .any(|peak| peak.value == 77.0 && peak.at == at(20_001 * 15))
        );
        let apart = |pair: &[CounterPeak]| pair[1].at.since(pair[0].at) >= SECOND;
        assert!(counter.peaks.windows(2).all(apart));
    }
}
