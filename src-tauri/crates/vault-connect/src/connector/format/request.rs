//! `[account]` and `[[request]]` of a connector file.
//!
//! A request names its `path` and the `scope` that opens it, where its `items` are (`$`: the answer is the list) and how each is read (`map`, `mapping.rs`). It is put by
//! GET with `query`, or, where it has `graphql`, by POST of that query with `variables`. `pages` says how a list goes on:
//!
//! - `{ style = "cursor", parameter, next, more }`: the answer names the next page at `next`; `more` is where it says whether there is one.
//!   For GraphQL the parameter is the way to a variable, such as `pagination.after`;
//! - `{ style = "link", next }`: the answer holds the address of the next page; it has to be at the same origin;
//! - `{ style = "offset", parameter, size_parameter, size, total }`: by the number of items before, until a page that is not full, or
//!   `total` items;
//! - `{ style = "number", parameter, size_parameter, size }`: pages from 1, until an empty one.
//!
//! `window = { days, back, form }` asks for one piece of time after the other, the first of which begins `back` days before now or a little
//! earlier; `form` is `unix`, `moment` or `compact-day`. In the values of `query` and `variables`, `{from}` and `{to}` are its bounds and
//! `{account}` is the id that `[account]` found; it may stand in the `path` of a request too.

use serde_json::{Map, Value};

use super::{BTreeMap, Checked, ConnectorFault, Deserialize, MANY, OAuth, Reader, Spanned, TEXT};
use crate::{
    connector::{Account, Asked, Pages, Request, TimeForm, Window},
    mapping::{self, Mapping},
};

/// Most pieces of time in a list.
const PIECES: u32 = 400;
/// How deep GraphQL variables may be.
const DEPTH: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountFile {
    path: Spanned<String>,
    scope: Spanned<String>,
    graphql: Option<Spanned<String>>,
    id: Spanned<String>,
    #[serde(default)]
    name: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestFile {
    path: Spanned<String>,
    scope: Spanned<String>,
    #[serde(default)]
    query: BTreeMap<String, String>,
    graphql: Option<Spanned<String>>,
    variables: Option<Spanned<Map<String, Value>>>,
    pages: Option<Spanned<PagesFile>>,
    window: Option<Spanned<WindowFile>>,
    items: Option<Spanned<String>>,
    map: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(tag = "style", rename_all = "kebab-case", deny_unknown_fields)]
enum PagesFile {
    Cursor {
        parameter: String,
        next: String,
        more: Option<String>,
    },
    Link {
        next: String,
    },
    Offset {
        parameter: String,
        size_parameter: String,
        size: u32,
        total: Option<String>,
    },
    Number {
        parameter: String,
        size_parameter: String,
        size: u32,
    },
}

#[derive(Deserialize, Clone, Copy)]
#[serde(deny_unknown_fields)]
struct WindowFile {
    days: u32,
    back: u32,
    form: TimeForm,
}

impl Reader<'_> {
    pub(super) fn account(&self, oauth: &Option<OAuth>, file: AccountFile) -> Checked<Account> {
        let Some(oauth) = oauth else {
            return Err(self.at(&file.path, "[account] belongs to [oauth]"));
        };
        Ok(Account {
            path: self.place(&oauth.base, &file.path)?,
            scope: self.scope(oauth, &file.scope)?,
            asked: self.asked(file.graphql.as_ref(), None)?,
            id: self.members(&file.id)?,
            name: file
                .name
                .iter()
                .map(|name| self.members(name))
                .collect::<Checked<_>>()?,
        })
    }

    pub(super) fn requests(
        &self,
        oauth: &Option<OAuth>,
        files: Vec<Spanned<RequestFile>>,
    ) -> Checked<Vec<Request>> {
        if let (Some(extra), true) = (files.get(MANY), files.len() > MANY) {
            return Err(self.at(extra, "at most 32 requests"));
        }
        files
            .into_iter()
            .map(|file| {
                let Some(oauth) = oauth else {
                    return Err(self.at(&file, "[[request]] belongs to [oauth]"));
                };
                self.request(oauth, file.into_inner())
            })
            .collect()
    }

    fn request(&self, oauth: &OAuth, file: RequestFile) -> Checked<Request> {
        let filter = file.map.get_ref();
        mapping::check(filter).map_err(|fault| self.in_filter(&file.map, fault))?;
        let asked = self.asked(file.graphql.as_ref(), file.variables.as_ref())?;
        let window = file
            .window
            .as_ref()
            .map(|window| self.window(window))
            .transpose()?;
        self.bounds(&file, &asked, window.is_some())?;
        Ok(Request {
            path: self.place(&oauth.base, &file.path)?,
            scope: self.scope(oauth, &file.scope)?,
            pages: file
                .pages
                .map(|pages| self.pages(pages, &asked))
                .transpose()?
                .unwrap_or(Pages::One),
            window,
            query: file.query.into_iter().collect(),
            asked,
            mapping: Mapping {
                items: file.items.map(|items| self.items(&items)).transpose()?,
                filter: filter.clone(),
            },
        })
    }

    /// The way to the list of items; `$` where the answer is that list.
    fn items(&self, items: &Spanned<String>) -> Checked<Vec<String>> {
        if items.get_ref() == "$" {
            return Ok(Vec::new());
        }
        self.members(items)
    }

    /// A GraphQL document that only reads.
    fn asked(
        &self,
        query: Option<&Spanned<String>>,
        variables: Option<&Spanned<Map<String, Value>>>,
    ) -> Checked<Asked> {
        let Some(query) = query else {
            return match variables {
                None => Ok(Asked::Plain),
                Some(variables) => Err(self.at(variables, "variables belong to graphql")),
            };
        };
        let text = query.get_ref().trim();
        let mut words = text.split(|symbol: char| !symbol.is_alphanumeric() && symbol != '_');
        let reads = text.starts_with("query") || text.starts_with('{');
        if !reads || text.len() > TEXT || words.any(|word| word == "mutation" || word == "subscription") {
            return Err(self.at(
                query,
                "this is a GraphQL query of at most 4000 bytes; connectors change nothing",
            ));
        }
        let given = variables
            .map(|variables| variables.get_ref().clone())
            .unwrap_or_default();
        if let Some(variables) = variables
            && !given.values().all(|value| no_deeper(value, DEPTH))
        {
            return Err(self.at(variables, "variables are at most 8 levels deep"));
        }
        Ok(Asked::GraphQl {
            query: text.to_owned(),
            variables: given,
        })
    }

    /// A window and the places of its bounds go together.
    fn bounds(&self, file: &RequestFile, asked: &Asked, window: bool) -> Checked<()> {
        let (named, at) = match asked {
            Asked::Plain => (
                file.query.values().cloned().collect::<Vec<_>>().join(" "),
                &file.path,
            ),
            Asked::GraphQl { variables, .. } => {
                if !file.query.is_empty() {
                    return Err(self.at(&file.path, "a GraphQL request has variables and no query"));
                }
                (Value::Object(variables.clone()).to_string(), &file.path)
            }
        };
        match (named.contains("{from}"), named.contains("{to}")) {
            (true, true) if window => Ok(()),
            (false, false) if !window => Ok(()),
            _ => Err(self.at(at, "{from}, {to} and window go together")),
        }
    }

    fn window(&self, window: &Spanned<WindowFile>) -> Checked<Window> {
        let WindowFile { days, back, form } = *window.get_ref();
        if days == 0 || back == 0 || back / days >= PIECES {
            return Err(self.at(window, "a window has 1 to 400 pieces of at least a day"));
        }
        Ok(Window { days, back, form })
    }

    /// The line of a fault within a filter, where the filter stands in the file as it is.
    fn in_filter(&self, map: &Spanned<String>, fault: mapping::Fault) -> ConnectorFault {
        let span = map.span();
        let within = self
            .text
            .get(span.clone())
            .and_then(|raw| raw.find(map.get_ref().as_str()));
        self.fault(
            span.start + within.map_or(0, |begins| begins + fault.at),
            &format!("map: {}", fault.cause),
        )
    }

    fn pages(&self, pages: Spanned<PagesFile>, asked: &Asked) -> Checked<Pages> {
        let span = pages.span();
        let short = |text: &String| (1..=60).contains(&text.len());
        let members = |text: String| self.members(&Spanned::new(span.clone(), text));
        let plain = *asked == Asked::Plain;
        match pages.into_inner() {
            PagesFile::Cursor {
                parameter,
                next,
                more,
            } if short(&parameter) => Ok(Pages::Cursor {
                // For GraphQL it is a way; for a query it is a name.
                parameter: if plain {
                    parameter
                } else {
                    members(parameter)?.join(".")
                },
                next: members(next)?,
                more: more.map(members).transpose()?,
            }),
            PagesFile::Link { .. } | PagesFile::Offset { .. } | PagesFile::Number { .. } if !plain => {
                Err(self.fault(span.start, "a GraphQL list goes on by a cursor"))
            }
            PagesFile::Link { next } => Ok(Pages::Link { next: members(next)? }),
            PagesFile::Offset {
                parameter,
                size_parameter,
                size,
                total,
            } if short(&parameter) && short(&size_parameter) && (1..=1000).contains(&size) => {
                Ok(Pages::Offset {
                    parameter,
                    size_parameter,
                    size,
                    total: total.map(members).transpose()?,
                })
            }
            PagesFile::Number {
                parameter,
                size_parameter,
                size,
            } if short(&parameter) && short(&size_parameter) && (1..=1000).contains(&size) => {
                Ok(Pages::Number {
                    parameter,
                    size_parameter,
                    size,
                })
            }
            PagesFile::Cursor { .. } | PagesFile::Offset { .. } | PagesFile::Number { .. } => {
                Err(self.fault(span.start, "a page has a parameter, and a size from 1 to 1000"))
            }
        }
    }
}

fn no_deeper(value: &Value, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else {
        return false;
    };
    match value {
        Value::Array(items) => items.iter().all(|item| no_deeper(item, below)),
        Value::Object(members) => members.values().all(|member| no_deeper(member, below)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}
