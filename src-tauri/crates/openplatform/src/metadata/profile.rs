//! `profile`: level 0 when nothing was released, else the released fields among what is the same for everybody.

use serde_json::{Value, json};
use time::{Date, Time, format_description::well_known::Iso8601};

use super::facts::{DisclosedProfile, Facts, Mode, Preferences};
use super::object::{Object, iso};
use crate::bundles::ProfileLeaf;
use crate::frame::ApiEndpoint;
use crate::ids::linker;

/// The profile as the verify URL and, unless the app verifies by its server, the message give it.
pub(super) fn profile(facts: &Facts) -> Value {
    let mut out = Object::new();
    if facts.opening.guest {
        level_0(&mut out, facts, "0");
        out.put("guest", true);
    } else if facts.profile.fields.is_empty() {
        level_0(&mut out, facts, facts.profile.account.as_str());
        addresses(&mut out, facts);
    } else {
        level_1(&mut out, facts);
        addresses(&mut out, facts);
    }
    out.build()
}

/// What is left of a profile when the app verifies by its server (specification 2.4): the two addresses.
pub(super) fn addresses_only(facts: &Facts) -> Value {
    let mut out = Object::new();
    if !facts.opening.guest {
        addresses(&mut out, facts);
    }
    out.build()
}

fn level_0(out: &mut Object, facts: &Facts, id: &str) {
    out.put("id", id).put("name", "");
    formats(out, &facts.preferences);
    out.put("language", facts.preferences.language.as_str());
}

fn formats(out: &mut Object, preferences: &Preferences) {
    out.put("dateformat", preferences.date_format.pattern())
        .put("timeformat", preferences.time_format.hours())
        .put("numberformat", preferences.number_format.number());
}

fn level_1(out: &mut Object, facts: &Facts) {
    let person = Person::of(facts);
    out.put("id", facts.profile.account.as_str());
    person.names(out);
    person.work(out);
    person.place(out);
    person.contact(out);
    out.put(
        "language",
        person
            .get(ProfileLeaf::Language)
            .unwrap_or(&facts.preferences.language),
    );
    formats(out, &facts.preferences);
    dates(out, facts, &person);
    membership(out, facts);
    condition(out, facts);
    own(out, facts);
}

/// Released fields by leaf; an empty one counts as not there.
///
/// A photo is not among them: the persona has the address of one, which the host neither fetches nor hands on, because whoever loads it
/// tells its owner who looks.
pub(super) struct Person<'a>(&'a DisclosedProfile);

impl<'a> Person<'a> {
    pub(super) fn of(facts: &'a Facts) -> Self {
        Self(&facts.profile)
    }

    pub(super) fn get(&self, leaf: ProfileLeaf) -> Option<&'a str> {
        self.0
            .fields
            .get(&leaf)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }

    /// First and last name, as far as released.
    pub(super) fn name(&self) -> String {
        let parts = [ProfileLeaf::FirstName, ProfileLeaf::LastName].map(|leaf| self.get(leaf));
        let name: Vec<&str> = parts.into_iter().flatten().collect();
        name.join(" ")
    }

    fn names(&self, out: &mut Object) {
        out.put("name", self.name());
        for (member, leaf) in [
            ("firstname", ProfileLeaf::FirstName),
            ("lastname", ProfileLeaf::LastName),
            ("middlename", ProfileLeaf::MiddleName),
            ("gender", ProfileLeaf::Gender),
        ] {
            out.put_some(member, self.get(leaf));
        }
    }

    fn work(&self, out: &mut Object) {
        put_linked(out, &["company"], self.get(ProfileLeaf::Company));
        put_linked(out, &["position"], self.get(ProfileLeaf::Position));
        // The second spelling is that of the document of 2018.
        put_linked(
            out,
            &["department", "depeartment"],
            self.get(ProfileLeaf::Department),
        );
    }

    fn place(&self, out: &mut Object) {
        put_linked(out, &["place", "locality"], self.get(ProfileLeaf::City));
    }

    fn contact(&self, out: &mut Object) {
        out.put_some("email", self.get(ProfileLeaf::Email))
            .put_some("phone", self.get(ProfileLeaf::Phone));
    }

    /// The start of the birth day, in UTC; a date that cannot be read is left out.
    pub(super) fn birth(&self) -> Option<Value> {
        let date = Date::parse(self.get(ProfileLeaf::BirthDate)?, &Iso8601::DATE).ok()?;
        Some(iso(date.with_time(Time::MIDNIGHT).assume_utc()))
    }
}

/// A text and its linker, under each name.
fn put_linked(out: &mut Object, names: &[&str], text: Option<&str>) {
    let Some(text) = text else { return };
    for name in names {
        out.put(name, text).put(&format!("{name}linker"), linker(text));
    }
}

fn dates(out: &mut Object, facts: &Facts, person: &Person<'_>) {
    if let Some(birth) = person.birth() {
        out.put_as(&["datebirth", "dtbirth"], &birth);
    }
    out.put_as(&["datecreated", "dtcreated"], &iso(facts.profile.created));
    out.put_as(&["dateupdated", "dtupdated"], &iso(facts.profile.updated));
}

/// Upstream's organisation around a person; here there is none.
fn membership(out: &mut Object, facts: &Facts) {
    out.put("reference", facts.profile.reference.as_str())
        .put("roles", facts.profile.roles.clone());
    out.put_as(
        &[
            "globalroles",
            "groups",
            "globalgroups",
            "team",
            "member",
            "ougroups",
        ],
        &json!([]),
    );
    out.put("directoryid", 0).put("sa", false);
}

fn condition(out: &mut Object, facts: &Facts) {
    let (profile, preferences) = (&facts.profile, &facts.preferences);
    out.put("statusid", profile.status.id)
        .put("status", profile.status.text.as_str())
        .put("online", true)
        .put("blocked", false)
        .put("inactive", false)
        .put("customer", false)
        .put("test", facts.mode == Mode::Test)
        .put_as(&["sounds", "sound"], &preferences.sounds.into())
        .put("volume", preferences.volume)
        .put("notifications", facts.endpoints.notifications)
        .put("colorscheme", preferences.color_scheme.as_str())
        .put_some("background", preferences.background.as_deref())
        .put("darkmode", preferences.dark)
        .put("countbadges", profile.counts.badges)
        .put("countnotifications", profile.counts.notifications)
        .put("countsessions", profile.counts.sessions);
}

fn own(out: &mut Object, facts: &Facts) {
    let own = &facts.profile.own;
    out.put_some("repo", own.repo.clone())
        .put_some("meta", own.meta.clone())
        .put_some("settings", own.settings.clone());
}

fn addresses(out: &mut Object, facts: &Facts) {
    if facts.endpoints.notifications {
        let url = |endpoint| facts.base.api_url(endpoint, &facts.endpoints.token);
        out.put("badge", url(ApiEndpoint::Badge))
            .put("notify", url(ApiEndpoint::Notify));
    }
}
