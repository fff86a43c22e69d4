//! How MFCMAPI makes the name of a folder or file of a display name.

/// `SanitizeFileName` of MFCMAPI's `core/utility/strings.cpp`; a folder without a name gets one.
pub fn folder_name(display_name: Option<&str>) -> String {
    match display_name {
        Some(name) if !name.is_empty() => name
            .chars()
            .map(|c| {
                if "^&*-+=[]\\|;:\",<>/?\r\n".contains(c) {
                    '_'
                } else {
                    c
                }
            })
            .collect(),
        _ => "UnknownFolder".to_owned(),
    }
}

/// The key at the end of a file's name (`Quote 17_0100000000000001.xml`): the record key, in 2007 the search key.
pub fn key_in(file: &str) -> Option<String> {
    let (stem, _) = file.rsplit_once('.')?;
    let (_, key) = stem.rsplit_once('_')?;
    let is_key = key.len() >= 8
        && key.len().is_multiple_of(2)
        && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_key.then(|| key.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_mfcmapi() {
        assert_eq!(folder_name(Some("TempTable#1")), "TempTable#1");
        assert_eq!(
            folder_name(Some("SMTP (BH-01-{0F8E})")),
            "SMTP (BH_01_{0F8E})"
        );
        assert_eq!(folder_name(None), "UnknownFolder");
        assert_eq!(
            key_in("Quote 17_0100000000000001.xml").as_deref(),
            Some("0100000000000001")
        );
        assert_eq!(key_in("Quote_17.xml"), None);
        assert_eq!(key_in("CONTENTS_TABLE.xml"), None);
    }
}
