//! What the commands answer: plain values, worded for people, in the shapes that the pages know.

pub(crate) mod activity;
pub(crate) mod apps;
pub(crate) mod backpack;
pub(crate) mod catalogue;
pub(crate) mod connections;
pub(crate) mod consent;
pub(crate) mod developer;
pub(crate) mod frame;
pub(crate) mod jump;
pub(crate) mod mail;
pub(crate) mod offer;
pub(crate) mod overview;
pub(crate) mod persona;
pub(crate) mod platforms;
pub(crate) mod record_detail;
pub(crate) mod records;
pub(crate) mod rights;
pub(crate) mod saved;
pub(crate) mod settings;
pub(crate) mod sights;
pub(crate) mod time;
pub(crate) mod values;
pub(crate) mod vault;
pub(crate) mod words;
