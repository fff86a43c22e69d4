//! The sheet a chart is drawn on: plotters with the house's sizes, inks and marks.
//!
//! Coordinates are pixels from the top left; every sheet is [`WIDTH`] wide and scales with the page. Panels that
//! show time share the same left and right edge, so that charts under each other can be read together.

use plotters::chart::ChartContext;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::{Amount, TimeAxis};
use super::ink::Ink;
use super::svg::Spot;
use crate::analysis::findings::{Capture, RestartKind};
use crate::report::escape::visible;
use crate::report::sweep::Span;

/// Width of every chart.
pub const WIDTH: i32 = 1000;
/// Left of the plots: names and numbers of the vertical axis.
pub const GUTTER: i32 = 128;
/// Right of the plots.
pub const MARGIN: i32 = 14;
/// Under the lowest panel: labels of the horizontal axis.
pub const AXIS: i32 = 20;

/// What plotters may fail with, and what the XML reader may.
pub type DrawError = Box<dyn std::error::Error + Send + Sync>;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// Turns a value on an axis into its label.
type Labeller<'f, V> = &'f dyn Fn(&V) -> String;
/// A panel with its axes.
pub type Panel<'a, 'b, X, Y> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<X, Y>>;

/// A finished drawing.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// As plotters wrote it.
    pub raw: String,
    pub size: (u32, u32),
    pub spots: Vec<Spot>,
}

/// Draws on a sheet of the given height.
pub fn draw(
    height: i32,
    with: impl FnOnce(&mut Sheet<'_>) -> Result<(), DrawError>,
) -> Result<Drawing, DrawError> {
    let size = (u32::try_from(WIDTH)?, u32::try_from(height)?);
    let mut raw = String::new();
    let mut sheet = Sheet {
        area: SVGBackend::with_string(&mut raw, size).into_drawing_area(),
        spots: Vec::new(),
    };
    with(&mut sheet)?;
    sheet.area.present()?;
    let spots = std::mem::take(&mut sheet.spots);
    drop(sheet);
    Ok(Drawing { raw, size, spots })
}

/// A sheet being drawn on.
pub struct Sheet<'a> {
    area: Area<'a>,
    spots: Vec<Spot>,
}

/// Where words stand relative to their point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// The place of a panel on its sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub top: i32,
    /// Height of the plot itself, without the labels under it.
    pub height: i32,
    /// Whether the labels of the horizontal axis stand under it.
    pub labels: bool,
}

impl<'a> Sheet<'a> {
    /// A panel of amounts over time, with grid lines and, in the gutter, the numbers.
    pub fn time_panel(
        &mut self,
        place: Place,
        axis: TimeAxis,
        amount: Amount,
    ) -> Result<Panel<'a, 'a, TimeAxis, Amount>, DrawError> {
        let labels: Labeller<'_, f64> = &|v| Amount::label(*v);
        self.panel(place, axis, amount, &|t| TimeAxis::label(*t), Some(labels))
    }

    /// A panel of lanes: only the horizontal axis has lines and labels.
    pub fn lanes<X>(
        &mut self,
        place: Place,
        x: X,
        label: Labeller<'_, X::ValueType>,
    ) -> Result<(), DrawError>
    where
        X: Ranged + ValueFormatter<X::ValueType>,
        X::ValueType: Clone,
    {
        self.panel(place, x, Amount::up_to(1.0, 1.0, true), label, None)
            .map(drop)
    }

    /// A panel with any two axes; without labels for the vertical one it has no lines either.
    fn panel<X, Y>(
        &mut self,
        place: Place,
        x: X,
        y: Y,
        x_label: Labeller<'_, X::ValueType>,
        y_label: Option<Labeller<'_, Y::ValueType>>,
    ) -> Result<Panel<'a, 'a, X, Y>, DrawError>
    where
        X: Ranged + ValueFormatter<X::ValueType>,
        Y: Ranged + ValueFormatter<Y::ValueType>,
        X::ValueType: Clone,
        Y::ValueType: Clone,
    {
        let foot = if place.labels { AXIS } else { 0 };
        let size = (u32::try_from(WIDTH)?, u32::try_from(place.height + foot)?);
        let area = self.area.clone().shrink((0, place.top), size);
        let mut panel = ChartBuilder::on(&area)
            .margin_right(MARGIN)
            .set_label_area_size(LabelAreaPosition::Left, GUTTER)
            .set_label_area_size(LabelAreaPosition::Bottom, foot)
            .build_cartesian_2d(x, y)?;
        let mut mesh = panel.configure_mesh();
        match y_label {
            Some(label) => mesh.y_label_formatter(label),
            None => mesh.disable_y_mesh().disable_y_axis(),
        };
        mesh.light_line_style(TRANSPARENT)
            .bold_line_style(Ink::Grid.rgb())
            .axis_style(Ink::Muted.rgb().mix(0.45))
            .label_style(font(11.0, Ink::Muted))
            .set_all_tick_mark_size(4)
            .x_label_formatter(x_label)
            .draw()?;
        Ok(panel)
    }

    /// Names a panel in the gutter, in one or two lines.
    pub fn name_panel(&mut self, top: i32, lines: &[&str]) -> Result<(), DrawError> {
        for (i, line) in (0..).zip(lines) {
            let ink = if i == 0 { Ink::Text } else { Ink::Muted };
            self.words((0, top + 8 + i * 14), &fit(line, 15), Align::Left, ink)?;
        }
        Ok(())
    }

    /// A filled rectangle from the top left to the bottom right corner.
    pub fn block(&mut self, from: (i32, i32), to: (i32, i32), ink: Ink) -> Result<(), DrawError> {
        let to = (to.0.max(from.0 + 1), to.1);
        Ok(self
            .area
            .draw(&Rectangle::new([from, to], ink.rgb().filled()))?)
    }

    /// A filled area with these corners.
    pub fn area(&mut self, corners: &[(i32, i32)], ink: Ink) -> Result<(), DrawError> {
        let filled = Polygon::new(corners.to_vec(), ink.rgb().filled());
        Ok(self.area.draw(&filled)?)
    }

    /// A line through the points.
    pub fn line(&mut self, points: &[(i32, i32)], ink: Ink, width: u32) -> Result<(), DrawError> {
        let style = ink.rgb().stroke_width(width);
        Ok(self.area.draw(&PathElement::new(points.to_vec(), style))?)
    }

    /// A line of short strokes, straight down or straight to the right.
    pub fn dashes(&mut self, from: (i32, i32), to: (i32, i32), ink: Ink) -> Result<(), DrawError> {
        let down = from.0 == to.0;
        let length = if down { to.1 - from.1 } else { to.0 - from.0 };
        for start in (0..length).step_by(6) {
            let end = (start + 3).min(length);
            let at = |d: i32| {
                if down {
                    (from.0, from.1 + d)
                } else {
                    (from.0 + d, from.1)
                }
            };
            self.line(&[at(start), at(end)], ink, 1)?;
        }
        Ok(())
    }

    /// Words at a point, centred on it vertically.
    pub fn words(
        &mut self,
        at: (i32, i32),
        text: &str,
        align: Align,
        ink: Ink,
    ) -> Result<(), DrawError> {
        let h = match align {
            Align::Left => HPos::Left,
            Align::Right => HPos::Right,
        };
        let style = font(11.5, ink).pos(Pos::new(h, VPos::Center));
        Ok(self.area.draw_text(&visible(text), &style, at)?)
    }

    /// A disc, or a ring when hollow.
    pub fn dot(
        &mut self,
        at: (i32, i32),
        radius: i32,
        ink: Ink,
        hollow: bool,
    ) -> Result<(), DrawError> {
        if hollow {
            self.area
                .draw(&Circle::new(at, radius, Ink::Paper.rgb().filled()))?;
            return Ok(self
                .area
                .draw(&Circle::new(at, radius, ink.rgb().stroke_width(2)))?);
        }
        self.area
            .draw(&Circle::new(at, radius + 1, Ink::Paper.rgb().filled()))?;
        Ok(self
            .area
            .draw(&Circle::new(at, radius, ink.rgb().filled()))?)
    }

    /// A filled shape around a point, with a thin edge of paper so that it stands off what is behind.
    pub fn shape(
        &mut self,
        (x, y): (i32, i32),
        outline: &[(i32, i32)],
        ink: Ink,
    ) -> Result<(), DrawError> {
        let points: Vec<_> = outline.iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
        let edge: Vec<_> = points.iter().chain(points.first()).copied().collect();
        self.area
            .draw(&PathElement::new(edge, Ink::Paper.rgb().stroke_width(2)))?;
        Ok(self.area.draw(&Polygon::new(points, ink.rgb().filled()))?)
    }

    /// The mark of a restart: a triangle, a cross, a square or a diamond by its kind, as in the key.
    pub fn restart(&mut self, at: (i32, i32), kind: RestartKind) -> Result<(), DrawError> {
        let ink = Ink::Restart;
        match kind {
            RestartKind::ServiceRestart => self.shape(at, &[(0, -6), (6, 5), (-6, 5)], ink),
            RestartKind::Reboot => self.shape(at, &[(-5, -5), (5, -5), (5, 5), (-5, 5)], ink),
            RestartKind::UnexpectedReboot => {
                self.shape(at, &[(0, -7), (7, 0), (0, 7), (-7, 0)], ink)
            }
            RestartKind::ServiceCrash => {
                let (x, y) = at;
                self.line(&[(x - 5, y - 5), (x + 5, y + 5)], ink, 3)?;
                self.line(&[(x - 5, y + 5), (x + 5, y - 5)], ink, 3)
            }
        }
    }

    /// The mark of a capture: a disc, a ring for an empty table, a small triangle for an incomplete capture.
    pub fn capture(&mut self, at: (i32, i32), capture: &Capture) -> Result<(), DrawError> {
        if capture.complete {
            self.dot(at, 4, Ink::Capture, capture.count == 0)
        } else {
            self.shape(at, &[(0, -5), (5, 4), (-5, 4)], Ink::Capture)
        }
    }

    /// The mark of an intervention: a flag on its pole.
    pub fn flag(&mut self, (x, top): (i32, i32), bottom: i32) -> Result<(), DrawError> {
        self.line(&[(x, top), (x, bottom)], Ink::Intervention, 1)?;
        self.shape((x, top), &[(0, 0), (9, 4), (0, 8)], Ink::Intervention)
    }

    /// Lays a link with exact numbers over a part of the drawing.
    pub fn spot(&mut self, from: (i32, i32), to: (i32, i32), text: String, href: Option<String>) {
        let (width, height) = (to.0 - from.0, to.1 - from.1);
        self.spots.push(Spot {
            x: from.0,
            y: from.1,
            width,
            height,
            text,
            href,
        });
    }

    /// The same, over a mark.
    pub fn mark_spot(&mut self, (x, y): (i32, i32), text: String, href: Option<String>) {
        self.spot((x - 8, y - 8), (x + 8, y + 8), text, href);
    }
}

/// Where an instant lies across a panel of time.
pub fn across(axis: TimeAxis, at: crate::time::Timestamp) -> i32 {
    axis.map(&at.micros(), (GUTTER, WIDTH - MARGIN))
}

/// The columns from the first to the last pixel of a stretch of time, if any of it is shown.
pub fn stretch(axis: TimeAxis, span: Span) -> Option<(i32, i32)> {
    axis.span
        .overlaps(span.from, span.to)
        .then(|| (across(axis, span.from), across(axis, span.to)))
}

/// The text, cut to so many characters.
pub fn fit(text: &str, characters: usize) -> String {
    let shown = visible(text);
    if shown.chars().count() <= characters {
        return shown.into_owned();
    }
    let mut cut: String = shown.chars().take(characters.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

fn font(pixels: f64, ink: Ink) -> TextStyle<'static> {
    // plotters divides the size by 1.24 before it writes it.
    ("sans-serif", pixels * 1.24).into_font().color(&ink.rgb())
}
