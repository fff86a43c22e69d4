//! Logs of the SMTP service of IIS: W3C extended (UTC), the form of IIS and that of the NCSA (local time).
