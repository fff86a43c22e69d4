//! Strokes of one style that follow each other, made one path: a dashed line is hundreds of them, a grid dozens.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesStart, Event};

/// Strokes that wait for more of their style.
#[derive(Default)]
pub struct Strokes {
    /// Attributes that all of them share, in order.
    style: Vec<(String, String)>,
    /// The path so far; empty while none waits.
    path: String,
}

impl Strokes {
    /// Takes an element if it is a stroke; otherwise it must be written as it is, after [`Strokes::flush`].
    pub fn take(
        &mut self,
        writer: &mut Writer<Vec<u8>>,
        element: &BytesStart<'_>,
    ) -> io::Result<bool> {
        let Some((style, path)) = stroke(element) else {
            return Ok(false);
        };
        if style != self.style {
            self.flush(writer)?;
            self.style = style;
        }
        self.path.push_str(&path);
        Ok(true)
    }

    /// Writes what waits.
    pub fn flush(&mut self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        if self.path.is_empty() {
            return Ok(());
        }
        let mut path = BytesStart::new("path");
        // An open path would otherwise be filled with black.
        path.push_attribute(("fill", "none"));
        for (key, value) in self.style.drain(..) {
            path.push_attribute((key.as_str(), value.as_str()));
        }
        path.push_attribute(("d", self.path.as_str()));
        self.path.clear();
        writer.write_event(Event::Empty(path))
    }
}

/// The style of a straight or broken line and its points as a path; `None` for any other element.
fn stroke(element: &BytesStart<'_>) -> Option<(Vec<(String, String)>, String)> {
    let broken = match element.name().as_ref() {
        "polyline" => true,
        "line" => false,
        _ => return None,
    };
    let mut style = Vec::new();
    let mut points = String::new();
    let mut ends = [const { String::new() }; 4];
    for attribute in element.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.value.as_ref();
        match (attribute.key.as_ref(), broken) {
            ("fill", _) if value == "none" => {}
            // A filled one is an area.
            ("fill", true) => return None,
            ("points", true) => points = value.to_owned(),
            ("x1", false) => ends[0] = value.to_owned(),
            ("y1", false) => ends[1] = value.to_owned(),
            ("x2", false) => ends[2] = value.to_owned(),
            ("y2", false) => ends[3] = value.to_owned(),
            (key, _) => style.push((key.to_owned(), value.to_owned())),
        }
    }
    if !broken {
        points = format!("{},{} {},{}", ends[0], ends[1], ends[2], ends[3]);
    }
    Some((style, path(&points)?))
}

/// `1,2 3,2` as `M1,2H3`: points after the first are lines to.
fn path(points: &str) -> Option<String> {
    let mut path = String::new();
    let mut before: Option<(&str, &str)> = None;
    for point in points.split_ascii_whitespace() {
        let (x, y) = point.split_once(',')?;
        match before {
            None => path.push_str(&format!("M{x},{y}")),
            Some((_, was)) if was == y => path.push_str(&format!("H{x}")),
            Some((was, _)) if was == x => path.push_str(&format!("V{y}")),
            Some(_) => path.push_str(&format!("L{x},{y}")),
        }
        before = Some((x, y));
    }
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_become_the_shortest_path() {
        assert_eq!(path("1,2 3,2 3,5 4,6"), Some("M1,2H3V5L4,6".to_owned()));
        assert_eq!(path("7,8"), Some("M7,8".to_owned()));
        assert_eq!(path(""), None);
        assert_eq!(path("1 2"), None);
    }
}
