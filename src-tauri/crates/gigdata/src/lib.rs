//! gigdata
