//! What plotters writes, made fit to stand inside the report.
//!
//! plotters gives bare shapes and text. This adds the role, the title and the description that a screen reader
//! announces, swaps colours for classes that follow the reader's theme (see [`super::ink`]), drops attributes that
//! say nothing, joins strokes of one style, and lays links with exact numbers over the marks. Going through an XML reader
//! and writer also proves that every chart is well-formed.

use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::ink::Ink;
use super::strokes::Strokes;
use crate::report::escape::visible;

/// What a chart is called and what it says.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a> {
    /// Unique in the page.
    pub id: &'a str,
    pub title: &'a str,
    pub desc: &'a str,
}

/// A spot of the drawing that tells its numbers when pointed at and leads to what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
    pub text: String,
    /// Anchor in the page, with its `#`.
    pub href: Option<String>,
}

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The drawing as an element of the page.
pub fn finish(raw: &str, size: (u32, u32), label: Label<'_>) -> Result<String, Error> {
    let mut reader = Reader::from_str(raw);
    let mut writer = Writer::new(Vec::with_capacity(raw.len()));
    let mut strokes = Strokes::default();
    let mut depth = 0_u32;
    loop {
        let event = match reader.read_event()? {
            Event::Start(_) if depth == 0 => {
                depth += 1;
                write_root(&mut writer, size, label)?;
                continue;
            }
            Event::Empty(tag) => {
                let tag = cleaned(&tag)?;
                if strokes.take(&mut writer, &tag)? {
                    continue;
                }
                Event::Empty(tag)
            }
            Event::Start(tag) => {
                depth += 1;
                Event::Start(cleaned(&tag)?)
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                Event::End(tag)
            }
            // plotters puts line feeds between elements and around the words of a label.
            Event::Text(text) if text.trim_matches('\n').is_empty() => continue,
            Event::Text(text) => Event::Text(trimmed(&text)),
            Event::Eof => break,
            other => other,
        };
        strokes.flush(&mut writer)?;
        writer.write_event(event)?;
    }
    if depth != 0 {
        return Err("the drawing ends inside an element".into());
    }
    Ok(String::from_utf8(writer.into_inner())?)
}

/// The links and exact numbers, as a second layer over the drawing. Hidden from screen readers, for which the table
/// under the chart holds the same numbers and links.
pub fn spots(spots: &[Spot], (width, height): (u32, u32)) -> Result<String, Error> {
    let mut writer = Writer::new(Vec::new());
    let mut root = BytesStart::new("svg");
    root.push_attribute(("xmlns", "http://www.w3.org/2000/svg"));
    root.push_attribute(("viewBox", format!("0 0 {width} {height}").as_str()));
    root.push_attribute(("class", "spots"));
    root.push_attribute(("aria-hidden", "true"));
    writer.write_event(Event::Start(root))?;
    for spot in spots {
        write_spot(&mut writer, spot)?;
    }
    writer.write_event(Event::End(BytesEnd::new("svg")))?;
    Ok(String::from_utf8(writer.into_inner())?)
}

fn write_root(
    writer: &mut Writer<Vec<u8>>,
    (width, height): (u32, u32),
    label: Label<'_>,
) -> Result<(), Error> {
    let (title, desc) = (format!("{}-title", label.id), format!("{}-desc", label.id));
    let mut root = BytesStart::new("svg");
    root.push_attribute(("xmlns", "http://www.w3.org/2000/svg"));
    root.push_attribute(("width", width.to_string().as_str()));
    root.push_attribute(("height", height.to_string().as_str()));
    root.push_attribute(("viewBox", format!("0 0 {width} {height}").as_str()));
    root.push_attribute(("class", "plot"));
    root.push_attribute(("role", "img"));
    root.push_attribute(("aria-labelledby", title.as_str()));
    root.push_attribute(("aria-describedby", desc.as_str()));
    root.push_attribute(("font-family", "sans-serif"));
    writer.write_event(Event::Start(root))?;
    write_element(
        writer,
        BytesStart::new("title").with_attributes([("id", title.as_str())]),
        label.title,
    )?;
    write_element(
        writer,
        BytesStart::new("desc").with_attributes([("id", desc.as_str())]),
        label.desc,
    )
}

fn write_element(
    writer: &mut Writer<Vec<u8>>,
    tag: BytesStart<'_>,
    text: &str,
) -> Result<(), Error> {
    let end = tag.to_end().into_owned();
    writer.write_event(Event::Start(tag.borrow()))?;
    writer.write_event(Event::Text(BytesText::new(&visible(text))))?;
    writer.write_event(Event::End(end))?;
    Ok(())
}

fn write_spot(writer: &mut Writer<Vec<u8>>, spot: &Spot) -> Result<(), Error> {
    let group = if spot.href.is_some() { "a" } else { "g" };
    let mut outer = BytesStart::new(group);
    if let Some(href) = &spot.href {
        outer.push_attribute(("href", href.as_str()));
        outer.push_attribute(("tabindex", "-1"));
    }
    writer.write_event(Event::Start(outer))?;
    write_element(writer, BytesStart::new("title"), &spot.text)?;
    let mut rect = BytesStart::new("rect");
    let numbers = [
        ("x", spot.x),
        ("y", spot.y),
        ("width", spot.width.max(1)),
        ("height", spot.height.max(1)),
    ];
    for (name, value) in numbers {
        rect.push_attribute((name, value.to_string().as_str()));
    }
    // Without a fill there is nothing to see even where style sheets are stripped.
    rect.push_attribute(("fill", "none"));
    rect.push_attribute(("pointer-events", "all"));
    writer.write_event(Event::Empty(rect))?;
    writer.write_event(Event::End(BytesEnd::new(group)))?;
    Ok(())
}

fn cleaned(tag: &BytesStart<'_>) -> Result<BytesStart<'static>, Error> {
    let mut out = BytesStart::new(tag.name().as_ref().to_owned());
    for attribute in tag.attributes() {
        let attribute = attribute?;
        let (key, value) = (attribute.key.as_ref(), attribute.value.as_ref());
        match key {
            "font-family" => {}
            "opacity" | "stroke-width" if value == "1" => {}
            "stroke" if value == "none" => {}
            "opacity" | "font-size" => out.push_attribute((key, short(value).as_str())),
            "points" => out.push_attribute((key, value.trim_end())),
            "fill" | "stroke" => {
                if let Some(ink) = Ink::of_hex(value) {
                    let kind = if key == "fill" { "f" } else { "s" };
                    out.push_attribute(("class", format!("{kind}-{}", ink.name()).as_str()));
                }
                out.push_attribute((key, value));
            }
            _ => out.push_attribute(attribute),
        }
    }
    Ok(out)
}

/// A decimal number with at most two decimals.
fn short(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) => ((number * 100.0).round() / 100.0).to_string(),
        Err(_) => value.to_owned(),
    }
}

fn trimmed(text: &BytesText<'_>) -> BytesText<'static> {
    BytesText::from_escaped(text.trim_matches('\n').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: Label<'_> = Label {
        id: "c",
        title: "A <title>",
        desc: "It says \u{202E}\"x\"",
    };

    #[test]
    fn root_is_named_and_colours_become_classes() {
        let raw = "<svg width=\"9\" height=\"9\" viewBox=\"0 0 9 9\" xmlns=\"http://www.w3.org/2000/svg\">\n\
                   <rect x=\"1\" opacity=\"1\" fill=\"#B44A0B\" stroke=\"none\"/>\n\
                   <text font-family=\"sans-serif\" font-size=\"9.67741935\" fill=\"#1B2027\">\na &amp; b\n</text>\n</svg>\n";
        let svg = finish(raw, (9, 9), LABEL).unwrap();
        assert!(
            svg.contains("role=\"img\" aria-labelledby=\"c-title\" aria-describedby=\"c-desc\"")
        );
        assert!(svg.contains("<title id=\"c-title\">A &lt;title&gt;</title>"));
        assert!(svg.contains("⟨U+202E⟩"));
        assert!(svg.contains("<rect x=\"1\" class=\"f-failure\" fill=\"#B44A0B\"/>"));
        assert!(svg.contains(
            "<text font-size=\"9.68\" class=\"f-text\" fill=\"#1B2027\">a &amp; b</text>"
        ));
    }

    #[test]
    fn strokes_of_one_style_become_one_path() {
        let line = |x: u8, ink: &str| {
            format!("<polyline fill=\"none\" stroke=\"{ink}\" points=\"{x},1 {x},4 \"/>\n")
        };
        let raw = format!(
            "<svg>\n{}{}{}<rect x=\"1\"/>\n{}<polyline fill=\"#1F5F9E\" points=\"1,1 2,2\"/></svg>",
            line(1, "#123456"),
            line(2, "#123456"),
            line(3, "#654321"),
            line(4, "#654321"),
        );
        let svg = finish(&raw, (9, 9), LABEL).unwrap();
        assert!(svg.contains(
            "<path fill=\"none\" stroke=\"#123456\" d=\"M1,1V4M2,1V4\"/>\
             <path fill=\"none\" stroke=\"#654321\" d=\"M3,1V4\"/><rect x=\"1\"/>\
             <path fill=\"none\" stroke=\"#654321\" d=\"M4,1V4\"/><polyline"
        ));
    }

    #[test]
    fn broken_drawings_are_refused() {
        assert!(finish("<svg><rect></svg>", (9, 9), LABEL).is_err());
        assert!(finish("<svg>", (9, 9), LABEL).is_err());
    }

    #[test]
    fn spots_link_and_tell() {
        let spot = Spot {
            x: 1,
            y: 2,
            width: 0,
            height: 4,
            text: "R1 & <co>".into(),
            href: Some("#R1".into()),
        };
        let svg = spots(&[spot], (9, 9)).unwrap();
        assert!(svg.contains("<a href=\"#R1\" tabindex=\"-1\"><title>R1 &amp; &lt;co&gt;</title>"));
        assert!(svg.contains("width=\"1\""));
    }
}
