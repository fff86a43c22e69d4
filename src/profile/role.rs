//! What an event says, apart from its number and text.

use serde::Deserialize;

/// The part that an event plays in the incident. Its name is the `kind` of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A message could not be scanned for viruses (348).
    ScanFailure,
    ServiceStopped,
    ServiceRunning,
    ServicePaused,
    /// A service changed to a state whose word the profile does not know (another language).
    ServiceState,
    /// A service ended unexpectedly.
    ServiceCrashed,
    /// A service did not start, hung, or ended with an error.
    ServiceFailed,
    /// Somebody sent a service a control.
    ServiceControl,
    /// A service's start type was changed.
    ServiceConfigured,
    Boot,
    /// Version of the operating system, logged at boot.
    OsVersion,
    Shutdown,
    UnexpectedShutdown,
    /// Somebody ordered a shutdown or restart of the system.
    PlannedShutdown,
    /// A reason given for a shutdown, or a shutdown that was called off.
    ShutdownReason,
    Uptime,
    ClockChanged,
    TimeZone,
    LogCleared,
    /// The scanner's process was ended because it no longer answered.
    ScannerKilled,
    ScannerRestarted,
    /// The scanner reports something that it could not do.
    ScannerTrouble,
    /// Any other event of the scanner.
    ScannerEvent,
    DefinitionsUpdated,
    /// The store driver could not deliver (327).
    DeliveryFailure,
    /// A virus-scan event of the Information Store.
    StoreScan,
    /// Worth seeing beside the failures; nothing is concluded from it.
    Neighbour,
}

impl Role {
    /// Every role.
    pub const ALL: &[Self] = &[
        Self::ScanFailure,
        Self::ServiceStopped,
        Self::ServiceRunning,
        Self::ServicePaused,
        Self::ServiceState,
        Self::ServiceCrashed,
        Self::ServiceFailed,
        Self::ServiceControl,
        Self::ServiceConfigured,
        Self::Boot,
        Self::OsVersion,
        Self::Shutdown,
        Self::UnexpectedShutdown,
        Self::PlannedShutdown,
        Self::ShutdownReason,
        Self::Uptime,
        Self::ClockChanged,
        Self::TimeZone,
        Self::LogCleared,
        Self::ScannerKilled,
        Self::ScannerRestarted,
        Self::ScannerTrouble,
        Self::ScannerEvent,
        Self::DefinitionsUpdated,
        Self::DeliveryFailure,
        Self::StoreScan,
        Self::Neighbour,
    ];

    /// The name in profiles and in the timeline.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ScanFailure => "scan_failure",
            Self::ServiceStopped => "service_stopped",
            Self::ServiceRunning => "service_running",
            Self::ServicePaused => "service_paused",
            Self::ServiceState => "service_state",
            Self::ServiceCrashed => "service_crashed",
            Self::ServiceFailed => "service_failed",
            Self::ServiceControl => "service_control",
            Self::ServiceConfigured => "service_configured",
            Self::Boot => "boot",
            Self::OsVersion => "os_version",
            Self::Shutdown => "shutdown",
            Self::UnexpectedShutdown => "unexpected_shutdown",
            Self::PlannedShutdown => "planned_shutdown",
            Self::ShutdownReason => "shutdown_reason",
            Self::Uptime => "uptime",
            Self::ClockChanged => "clock_changed",
            Self::TimeZone => "time_zone",
            Self::LogCleared => "log_cleared",
            Self::ScannerKilled => "scanner_killed",
            Self::ScannerRestarted => "scanner_restarted",
            Self::ScannerTrouble => "scanner_trouble",
            Self::ScannerEvent => "scanner_event",
            Self::DefinitionsUpdated => "definitions_updated",
            Self::DeliveryFailure => "delivery_failure",
            Self::StoreScan => "store_scan",
            Self::Neighbour => "neighbour",
        }
    }

    /// Whether events of this role are about one service, and mean nothing where that service is
    /// not of interest.
    pub fn is_about_a_service(self) -> bool {
        matches!(
            self,
            Self::ServiceStopped
                | Self::ServiceRunning
                | Self::ServicePaused
                | Self::ServiceState
                | Self::ServiceCrashed
                | Self::ServiceFailed
                | Self::ServiceControl
                | Self::ServiceConfigured
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Role;
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    #[test]
    fn every_name_reads_back() {
        for role in Role::ALL {
            let name: StrDeserializer<'_, Error> = role.as_str().into_deserializer();
            assert_eq!(Role::deserialize(name).unwrap(), *role);
        }
    }
}
