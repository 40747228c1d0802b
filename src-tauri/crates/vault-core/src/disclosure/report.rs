//! The report to a data protection authority: who, what happened, and the proof. The person fills in what only they can say.

use std::io::Write;

use ::backpack::page::{
    Html,
    document::{self, Document, section, table_end, table_head},
};
use time::OffsetDateTime;
use vault_store::{
    DisclosureId, Party, View,
    disclosures::{self, Disclosure, DisclosureKind, LogFilter},
    erasures::{self, Erasure, ErasureState, ErasureWay},
    grants::{self, Grant, GrantDuration, GrantState},
    receipts::{self, SignedReceipt},
};

use super::{
    agreed::agreed,
    erasure::{self, ErasureView},
    format::{counted, day, moment},
    heads, log, log_file,
    scope_words::{grant_words, label},
};
use crate::{SpaceHandle, SpaceInfo, VaultError};

/// Longest text of somebody else that is shown whole, in characters.
const TEXT: usize = 500;
/// Empty lines for what happened, and for how to reach the person.
const STORY: usize = 10;
const REACH: usize = 3;
/// The authorities of the European Economic Area.
const AUTHORITIES: &str = "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en";

impl SpaceHandle {
    /// Writes a report about the party of an entry as one page that loads nothing and runs nothing. It holds kinds of data, times, counts
    /// and hashes, never a value of a record. That it was made is logged first, so that it is in the page. Gives the writer back.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there is no such entry, [`VaultError::Invalid`] when its party is nobody else; the vault is locked, the
    /// database could not be read or written, or the writer failed.
    pub async fn write_report<W: Write + Send + 'static>(
        &self,
        about: DisclosureId,
        writer: W,
    ) -> Result<W, VaultError> {
        let (entry, key, now) = self
            .write(move |turn| {
                let now = turn.now();
                let entry = turn.space.db.write(|tx| {
                    let entry = disclosures::get(tx, about)?.ok_or(VaultError::NoSuch("entry"))?;
                    if !erasure::is_outside(entry.party.kind) {
                        return Err(VaultError::Invalid {
                            field: "recipient",
                            why: "somebody else",
                        });
                    }
                    let mut new = log::entry(now, DisclosureKind::Reported, &entry.party, entry.face);
                    new.refers_to = Some(entry.id);
                    new.grant = entry.grant;
                    new.text = "A report for an authority".to_owned();
                    log::append(tx, new)?;
                    Ok::<_, VaultError>(entry)
                })?;
                log::tell(turn);
                heads::sign(turn)?;
                Ok((entry, turn.signer()?.public_key_pem().to_owned(), now))
            })
            .await?;
        let space = self.info().clone();
        self.read(move |db| {
            db.read(|view| {
                let mut writer = writer;
                let report = Report {
                    view,
                    space: &space,
                    key: &key,
                    entry: &entry,
                    now,
                };
                report.write(&mut Html::new(&mut writer))?;
                writer.flush()?;
                Ok(writer)
            })
        })
        .await
    }
}

struct Report<'r> {
    view: &'r View<'r>,
    space: &'r SpaceInfo,
    key: &'r str,
    entry: &'r Disclosure,
    now: OffsetDateTime,
}

impl Report<'_> {
    fn write(&self, html: &mut Html<'_>) -> Result<(), VaultError> {
        let party = &self.entry.party;
        let document = Document {
            title: &format!("Report about {}", party.name),
            brand: "Satchel report",
            heading: &format!("Report about {}", party.name),
            lead: &format!(
                "For a data protection authority (Article 77 GDPR). Made on {}.",
                day(self.now.date())
            ),
        };
        document.begin(html)?;
        log_file::made_up(html, self.space)?;
        section(html, "What happened, in your own words")?;
        empty_lines(html, STORY)?;
        html.raw("</section>\n")?;
        self.who_reports(html)?;
        self.who(html)?;
        self.grants(html)?;
        self.entries(html)?;
        self.erasures(html)?;
        self.receipts(html)?;
        self.proof(html)?;
        html.raw(
            "<footer>\n<p>The data protection authorities of the European Economic Area are listed at ",
        )?;
        html.text(AUTHORITIES)?;
        html.raw(".</p>\n<p>Satchel keeps kinds of data, times and counts, never what was in the data. This page loads nothing from the ")?;
        html.raw("network and runs no program.</p>\n</footer>\n")?;
        Ok(document::end(html)?)
    }

    fn who_reports(&self, html: &mut Html<'_>) -> Result<(), VaultError> {
        section(html, "Who reports it")?;
        let name = erasure::person(self.view)?;
        facts(html, &[("Name", name)])?;
        html.raw("<p class=\"aside\">Address, e-mail, telephone:</p>\n")?;
        empty_lines(html, REACH)?;
        Ok(html.raw("</section>\n")?)
    }

    fn who(&self, html: &mut Html<'_>) -> Result<(), VaultError> {
        let party = &self.entry.party;
        let contact = erasure::contact(self.view, party)?;
        section(html, "Who it is about")?;
        html.raw(
            "<p class=\"aside\">What they say of themselves; Satchel has not checked who is behind it.</p>\n",
        )?;
        facts(
            html,
            &[
                ("Name", party.name.clone()),
                ("Made by", contact.maker),
                ("Address", contact.origin),
                ("E-mail", contact.email),
                ("How they say they treat data", contact.page.unwrap_or_default()),
                ("They know me as", contact.account),
                ("Reported from entry", self.entry.seq.to_string()),
            ],
        )?;
        Ok(html.raw("</section>\n")?)
    }

    fn grants(&self, html: &mut Html<'_>) -> Result<(), VaultError> {
        let grants = self.theirs()?;
        section(html, "What was allowed")?;
        if grants.is_empty() {
            html.raw("<p>Nothing was ever allowed.</p>\n")?;
        } else {
            table_head(
                html,
                &[
                    "Given (UTC)",
                    "What",
                    "Limits",
                    "What was shown then",
                    "How it ended",
                ],
            )?;
            grants.iter().try_for_each(|grant| self.grant(grant, html))?;
            table_end(html)?;
        }
        Ok(html.raw("</section>\n")?)
    }

    fn grant(&self, grant: &Grant, html: &mut Html<'_>) -> Result<(), VaultError> {
        html.raw("<tr><td class=\"w\">")?;
        html.text(&moment(grant.created_at))?;
        html.raw("</td><td><b>")?;
        html.data(&grant_words(grant), TEXT)?;
        html.raw("</b><br>")?;
        let scopes: Vec<String> = grant.scopes.iter().map(label).collect();
        html.data(&scopes.join(", "), TEXT)?;
        html.raw("</td><td>")?;
        let limits: Vec<String> = agreed(self.view, grant)?
            .into_iter()
            .map(|(name, limit)| format!("{name}: {limit}"))
            .collect();
        html.data(&limits.join("; "), TEXT)?;
        html.raw("</td><td>")?;
        html.data(&grant.shown_summary, TEXT)?;
        html.raw("<br><span class=\"mono\">SHA-256 ")?;
        html.text(&grant.shown_sha256.to_string())?;
        html.raw("</span></td><td>")?;
        html.text(&ended(grant))?;
        Ok(html.raw("</td></tr>\n")?)
    }

    fn entries(&self, html: &mut Html<'_>) -> Result<(), VaultError> {
        section(html, "What the log says")?;
        log_file::entry_table(self.view, &self.filter(), html)?;
        Ok(html.raw("</section>\n")?)
    }

    fn erasures(&self, html: &mut Html<'_>) -> Result<(), VaultError> {
        let party = &self.entry.party;
        let asked: Vec<Erasure> = erasures::list(self.view)?
            .into_iter()
            .filter(|erasure| same(&erasure.party, party))
            .collect();
        if asked.is_empty() {
            return Ok(());
        }
        section(html, "The request to erase (Article 17)")?;
        for erasure in asked {
            facts(html, &erasure_facts(&ErasureView::new(erasure, self.now)))?;
        }
        Ok(html.raw("</section>\n")?)
    }

    fn receipts(&self, html: &mut Html<'_>) -> Result<(), VaultError> {
        let receipts: Vec<SignedReceipt> = self
            .theirs()?
            .iter()
            .filter_map(|grant| receipts::get(self.view, grant.id).transpose())
            .collect::<Result<_, _>>()?;
        if receipts.is_empty() {
            return Ok(());
        }
        section(html, "Consent receipts")?;
        html.raw(
            "<p class=\"aside\">Signed when consent was given, as JSON Web Signatures (RFC 7515).</p>\n",
        )?;
        for receipt in receipts {
            html.raw("<pre class=\"letter mono\">")?;
            html.text(&receipt.jws)?;
            html.raw("</pre>\n")?;
            if !receipt.signing_key.is_empty() {
                html.raw("<p class=\"aside\">Signed by another vault of mine, whose key is:</p>\n<pre class=\"letter mono\">")?;
                html.text(&receipt.signing_key)?;
                html.raw("</pre>\n")?;
            }
        }
        Ok(html.raw("</section>\n")?)
    }

    fn proof(&self, html: &mut Html<'_>) -> Result<(), VaultError> {
        section(html, "How this is checked")?;
        html.raw("<p class=\"aside\">The entries as they are kept, one a line. Each holds the hash of the one before it in the whole log, ")?;
        html.raw("and the head of the log is signed: the last line says how.</p>\n")?;
        let head = log_file::signed_head(self.view, self.space, self.key, disclosures::count(self.view)?)?;
        log_file::entry_lines(self.view, &self.filter(), Some(&head), html)?;
        html.raw("<p class=\"aside\">The key that checks the signatures:</p>\n<pre class=\"letter mono\">")?;
        html.text(self.key)?;
        Ok(html.raw("</pre>\n</section>\n")?)
    }

    fn filter(&self) -> LogFilter {
        let party = &self.entry.party;
        LogFilter {
            party: Some((party.kind, party.id.clone())),
            ..LogFilter::default()
        }
    }

    /// The grants of the party, oldest first.
    fn theirs(&self) -> Result<Vec<Grant>, VaultError> {
        let mut grants = grants::list(self.view)?;
        grants.retain(|grant| same(&grant.recipient, &self.entry.party));
        grants.reverse();
        Ok(grants)
    }
}

fn same(one: &Party, other: &Party) -> bool {
    one.kind == other.kind && one.id == other.id
}

fn ended(grant: &Grant) -> String {
    let at = grant.ended_at.map(utc).unwrap_or_default();
    match (grant.state, grant.duration, grant.until) {
        (GrantState::Live, GrantDuration::Until, Some(end)) => format!("stands until {}", utc(end)),
        (GrantState::Live, ..) => "stands".to_owned(),
        (GrantState::Used, ..) => format!("it was for once, {at}"),
        (GrantState::Expired, ..) => format!("its time was over, {at}"),
        (GrantState::Revoked, ..) => format!("stopped by me, {at}"),
    }
}

fn utc(at: OffsetDateTime) -> String {
    format!("{} UTC", moment(at))
}

fn erasure_facts(view: &ErasureView) -> Vec<(&'static str, String)> {
    let erasure = &view.erasure;
    let way = match erasure.way {
        ErasureWay::Letter => "by letter",
        ErasureWay::Mail => "by e-mail",
        ErasureWay::Link => "on their page",
    };
    let answer = match (erasure.state, view.clock.late()) {
        (ErasureState::Waiting, 0) => "none yet".to_owned(),
        (ErasureState::Waiting, late) => format!("none, overdue by {}", counted(late.into(), "day", "days")),
        (ErasureState::Erased, _) => "they say that they erased it".to_owned(),
        (ErasureState::Refused, _) => "they refused".to_owned(),
    };
    vec![
        ("Asked on", format!("{}, {way}", day(view.clock.asked))),
        (
            "Asked again on",
            erasure
                .asked_again_at
                .map(|at| day(at.date()))
                .unwrap_or_default(),
        ),
        ("Answer due by (Article 12(3))", day(view.clock.due)),
        ("Answer", answer),
        (
            "Answered on",
            erasure.answered_at.map(|at| day(at.date())).unwrap_or_default(),
        ),
    ]
}

/// Names and values; what is empty is left out.
fn facts(html: &mut Html<'_>, facts: &[(&'static str, String)]) -> Result<(), VaultError> {
    html.raw("<dl class=\"facts\">")?;
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        html.raw("<dt>")?;
        html.raw(name)?;
        html.raw("</dt><dd>")?;
        html.data(value, TEXT)?;
        html.raw("</dd>")?;
    }
    Ok(html.raw("</dl>\n")?)
}

/// Lines to be filled in by hand.
fn empty_lines(html: &mut Html<'_>, number: usize) -> Result<(), VaultError> {
    html.raw("<ul class=\"lines\">")?;
    for _ in 0..number {
        html.raw("<li></li>")?;
    }
    Ok(html.raw("</ul>\n")?)
}
