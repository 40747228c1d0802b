//! The profile from the terminal.

use serde_json::json;

use crate::support::Home;

#[test]
fn an_organisation_has_its_own_fields_and_values_make_sense() {
    let home = Home::with_vault();
    for (field, value) in [
        ("kind", "organization"),
        ("legal_name", "Som Garbatge SCCL"),
        ("representative_name", "Puig, Oriol"),
        ("representative_tax_id", "87654321X"),
        ("birth_date", "1990-02-28"),
    ] {
        assert_eq!(home.ok(&["persona", "set", field, value])[field], json!(value));
    }
    for (field, value) in [
        ("kind", "club"),
        ("birth_year", "1991"),
        ("birth_date", "2999-01-01"),
        ("country", "XX"),
    ] {
        home.run(&["persona", "set", field, value]).refused(1, "SYS-712");
    }
}
