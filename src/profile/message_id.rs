//! The key by which one message is recognised in events, snapshots and delivery records.

/// The join key of an Internet Message ID: without surrounding white space and one pair of angle
/// brackets, the domain (what follows the last `@`) in lower case.
///
/// The part before the `@` keeps its case: RFC 5322 §3.6.4 leaves it to the system that made it.
/// Whether the brackets of a 348 are in its text or in its insertion string is not documented,
/// hence they do not count.
pub fn message_key(id: &str) -> String {
    let id = id.trim();
    let id = id
        .strip_prefix('<')
        .and_then(|inner| inner.strip_suffix('>'))
        .unwrap_or(id)
        .trim();
    match id.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::message_key;

    #[test]
    fn brackets_and_domain_case_do_not_count() {
        let key = message_key("<AbC@Mail.Example.COM>");
        assert_eq!(key, "AbC@mail.example.com");
        assert_eq!(message_key(" AbC@mail.example.com\r\n"), key);
        assert_ne!(message_key("<abc@mail.example.com>"), key);
    }

    #[test]
    fn odd_ids_stay_whole() {
        assert_eq!(message_key("<a@B@C>"), "a@B@c");
        assert_eq!(message_key("NO-AT-SIGN"), "NO-AT-SIGN");
        assert_eq!(message_key("<unclosed@A"), "<unclosed@a");
        assert_eq!(message_key("<<a@B>>"), "<a@b>");
        assert_eq!(message_key(""), "");
        assert_eq!(message_key("<>"), "");
        assert_eq!(message_key("<"), "<");
    }

    #[test]
    fn a_key_of_a_key_is_the_key() {
        for id in ["<A@B>", "x", " <é@É> "] {
            assert_eq!(message_key(&message_key(id)), message_key(id));
        }
    }
}
