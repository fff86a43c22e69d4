//! The properties that are read, under the names of both commands.

/// One property. `Get-WinEvent` and `Get-EventLog` name most of them differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// Low 16 bits of the event identifier.
    Id,
    /// The whole identifier.
    InstanceId,
    Qualifiers,
    Level,
    LevelName,
    EntryType,
    Category,
    RecordId,
    Source,
    Log,
    Computer,
    User,
    Time,
    Written,
    Message,
    /// Insertion strings.
    Strings,
}

/// Names of `System.Diagnostics.Eventing.Reader.EventLogRecord`, then those of `System.Diagnostics.EventLogEntry`.
const NAMES: &[(&str, Property)] = &[
    ("Id", Property::Id),
    ("Qualifiers", Property::Qualifiers),
    ("Level", Property::Level),
    ("LevelDisplayName", Property::LevelName),
    ("Task", Property::Category),
    ("RecordId", Property::RecordId),
    ("ProviderName", Property::Source),
    ("LogName", Property::Log),
    ("MachineName", Property::Computer),
    ("UserId", Property::User),
    ("TimeCreated", Property::Time),
    ("Message", Property::Message),
    ("Properties", Property::Strings),
    ("EventID", Property::Id),
    ("InstanceId", Property::InstanceId),
    ("EntryType", Property::EntryType),
    ("CategoryNumber", Property::Category),
    ("Index", Property::RecordId),
    ("Source", Property::Source),
    ("UserName", Property::User),
    ("TimeGenerated", Property::Time),
    ("TimeWritten", Property::Written),
    ("ReplacementStrings", Property::Strings),
];

impl Property {
    pub const COUNT: usize = Self::Strings as usize + 1;

    /// PowerShell minds no case.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, property)| *property)
    }
}
