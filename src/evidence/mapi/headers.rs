//! The Internet Message ID in the headers of a message: a second source of it.

/// The value of the field `Message-ID` (RFC 5322 §3.6.4), whose lines may be folded (§2.2.3).
pub fn message_id(headers: &str) -> Option<String> {
    let mut lines = headers.lines();
    let first = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim_end()
            .eq_ignore_ascii_case("message-id")
            .then_some(value)
    })?;
    let folded = lines.take_while(|line| line.starts_with([' ', '\t']));
    let value: String = std::iter::once(first)
        .chain(folded)
        .map(str::trim)
        .collect();
    // What stands behind the id is a comment.
    let id = match value.find('<').zip(value.find('>')) {
        Some((from, to)) if from < to => value.get(from..=to)?,
        _ => value.split_whitespace().next()?,
    };
    (!id.is_empty()).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::message_id;

    #[test]
    fn fields_by_name_and_folded() {
        let id = |headers: &str| message_id(headers);
        let expected = Some("<a@b.example>".to_owned());
        assert_eq!(
            id("Received: from x\r\nMessage-ID: <a@b.example>\r\nSubject: y"),
            expected
        );
        assert_eq!(id("message-id:\r\n <a@b.example>\r\nX: y"), expected);
        assert_eq!(id("Message-Id : <a@\r\n\tb.example> (of x)"), expected);
        assert_eq!(id("In-Reply-To: <c@d>\nReferences: <e@f>\n"), None);
        assert_eq!(id("Subject: x\n Message-ID: <no@field>\n"), None);
        assert_eq!(id("Message-ID: \r\nSubject: <x>"), None);
        assert_eq!(
            id("Message-ID: bare@b.example"),
            Some("bare@b.example".into())
        );
    }
}
