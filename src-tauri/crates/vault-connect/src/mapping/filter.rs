//! The subset of jq that a connector may use: read, checked, metered and compiled.

use jaq_core::{
    Compiler, Ctx, Vars,
    load::{
        Arena, File, Lexer, Loader, Parser,
        lex::{Expect, StrPart, Tok, Token},
        parse::{BinaryOp, Def, Pattern, Term},
    },
    ops::Math,
    path::{Part, Path},
};
use jaq_json::Val;

use super::{
    MAX_FILTER, MappingError,
    meter::Meter,
    words::{CHARGE, DEFINED, Data, Metered, NUMBER, VOCABULARY, natives},
};

/// No filter needs more; the parser goes down once per bracket and per sign.
const BRACKETS: usize = 400;
const TOKENS: usize = 2000;
/// How deep an accepted filter may be.
const DEPTH: usize = 120;
/// The name of the variable that holds the whole answer.
const PAGE: &str = "$page";
/// The name under which the checked filter is compiled; it is no word that a connector may call.
const FILTER: &str = "the_filter";
/// The name that holds the left side of `//`.
const LEFT: &str = "$left!";

type Tree<'s> = Term<&'s str>;

/// What is wrong with a filter, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The byte of the filter.
    pub(crate) at: usize,
    /// In words, without a full stop.
    pub(crate) cause: String,
}

impl Fault {
    pub(crate) fn whole(cause: &str) -> Self {
        Self {
            at: 0,
            cause: cause.into(),
        }
    }
}

/// A filter that can be run.
pub(super) struct Filter(jaq_core::Filter<Metered>);

impl Filter {
    /// What the filter makes of one item.
    pub(super) fn run<'a>(
        &'a self,
        page: &Val,
        item: Val,
        meter: &'a Meter,
    ) -> impl Iterator<Item = Result<Val, MappingError>> + 'a {
        let data = Data {
            lut: &self.0.lut,
            meter,
        };
        let context = Ctx::<Metered>::new(data, Vars::new([page.clone()]));
        self.0.id.run((context, item)).map(|made| {
            made.map_err(|error| match error.get_halt() {
                Ok(_) => MappingError::TooMuch,
                Err(_) => MappingError::UnknownLayout,
            })
        })
    }
}

/// Reads, checks, meters and compiles a filter.
pub(super) fn compile(code: &str) -> Result<Filter, Fault> {
    let mut check = Check {
        code,
        own: Vec::new(),
    };
    let filter = Def {
        name: FILTER,
        args: Vec::new(),
        body: check.term(read(code)?, 0)?,
    };
    let words = jaq_core::load::parse(DEFINED, |parser| parser.defs()).ok_or_else(unreadable)?;
    let arena = Arena::default();
    let main = File {
        code: FILTER,
        path: (),
    };
    let modules = Loader::new(words.into_iter().chain([filter]))
        .load(&arena, main)
        .map_err(|_| unreadable())?;
    let compiler = Compiler::default().with_funs(natives()).with_global_vars([PAGE]);
    let compiled = compiler.compile(modules).map_err(|errors| {
        let first = errors.first().and_then(|(_, undefined)| undefined.first());
        first.map_or_else(unreadable, |(name, what)| {
            fault(code, name, &format!("there is no {} {name}", what.as_str()))
        })
    })?;
    Ok(Filter(compiled))
}

fn read(code: &str) -> Result<Tree<'_>, Fault> {
    if code.len() > MAX_FILTER {
        return Err(Fault::whole("the filter is too long"));
    }
    if code
        .bytes()
        .filter(|byte| matches!(byte, b'(' | b'[' | b'{'))
        .count()
        > BRACKETS
    {
        return Err(Fault::whole("the filter has too many brackets"));
    }
    let tokens = Lexer::new(code).lex().map_err(|errors| match errors.first() {
        Some((Expect::Delim("(" | "[" | "{" | "\""), rest)) => {
            fault(code, rest, "a bracket or a quote is not closed")
        }
        Some((_, rest)) => fault(code, rest, "there is something that is no jq"),
        None => Fault::whole("it cannot be read"),
    })?;
    if count(&tokens) > TOKENS {
        return Err(Fault::whole("the filter is too long"));
    }
    Parser::new(&tokens)
        .parse(|parser| parser.term())
        .map_err(|errors| match errors.first() {
            Some((expected, Some(Token(found, _)))) => {
                fault(code, found, &format!("expected {}", expected.as_str()))
            }
            Some((expected, None)) => fault(code, "", &format!("expected {} at the end", expected.as_str())),
            None => Fault::whole("it cannot be read"),
        })
}

fn count(tokens: &[Token<&str>]) -> usize {
    tokens
        .iter()
        .map(|Token(_, token)| match token {
            Tok::Block(inner) => 1 + count(inner),
            Tok::Str(parts) => {
                1 + parts
                    .iter()
                    .map(|part| match part {
                        StrPart::Term(token) => count(std::slice::from_ref(token)),
                        StrPart::Str(_) | StrPart::Char(_) => 1,
                    })
                    .sum::<usize>()
            }
            Tok::Word | Tok::Var | Tok::Fmt | Tok::Num | Tok::Sym => 1,
        })
        .sum()
}

/// Checks a filter and writes the meter into it.
struct Check<'s> {
    code: &'s str,
    /// The words that the filter itself defined, with the number of their arguments, as far as they can be seen here.
    own: Vec<(&'s str, usize)>,
}

impl<'s> Check<'s> {
    fn term(&mut self, term: Tree<'s>, depth: usize) -> Result<Tree<'s>, Fault> {
        if depth > DEPTH {
            return Err(Fault::whole("the filter is nested too deeply"));
        }
        let next = depth + 1;
        Ok(match term {
            Term::Id | Term::Num(_) | Term::Var(_) | Term::Arr(None) => term,
            Term::Str(None, parts) => charged(Term::Str(None, self.parts(parts, next)?)),
            Term::Arr(Some(items)) => charged(Term::Arr(Some(self.boxed(*items, next)?))),
            Term::Obj(members) => charged(Term::Obj(self.members(members, next)?)),
            Term::Neg(number) => Term::Neg(Box::new(only_numbers(self.term(*number, next)?))),
            Term::BinOp(left, op, right) => self.operation(*left, op, *right, next)?,
            Term::IfThenElse(branches, otherwise) => self.branches(branches, otherwise, next)?,
            Term::Def(words, rest) => self.definitions(words, *rest, next)?,
            Term::Call(name, arguments) => self.call(name, arguments, next)?,
            Term::Path(start, path) => charged(Term::Path(self.boxed(*start, next)?, self.path(path, next)?)),
            Term::Str(Some(format), _) => return Err(self.not_allowed(format)),
            Term::Label(name, _) | Term::Break(name) | Term::Fold(name, ..) => {
                return Err(self.not_allowed(name));
            }
            Term::TryCatch(..) => {
                return Err(self.not_allowed(if self.code.contains("try") { "try" } else { "?" }));
            }
            Term::Recurse => return Err(self.not_allowed("..")),
        })
    }

    fn boxed(&mut self, term: Tree<'s>, depth: usize) -> Result<Box<Tree<'s>>, Fault> {
        Ok(Box::new(self.term(term, depth)?))
    }

    fn terms(&mut self, terms: Vec<Tree<'s>>, depth: usize) -> Result<Vec<Tree<'s>>, Fault> {
        terms.into_iter().map(|term| self.term(term, depth)).collect()
    }

    fn parts(
        &mut self,
        parts: Vec<StrPart<&'s str, Tree<'s>>>,
        depth: usize,
    ) -> Result<Vec<StrPart<&'s str, Tree<'s>>>, Fault> {
        let part = |part| match part {
            // Whatever is no text would be written as JSON here, however large it is.
            StrPart::Term(term) => Ok(StrPart::Term(charged(self.term(term, depth)?))),
            plain @ (StrPart::Str(_) | StrPart::Char(_)) => Ok(plain),
        };
        parts.into_iter().map(part).collect()
    }

    fn members(
        &mut self,
        members: Vec<(Tree<'s>, Option<Tree<'s>>)>,
        depth: usize,
    ) -> Result<Vec<(Tree<'s>, Option<Tree<'s>>)>, Fault> {
        let member = |(name, value): (Tree<'s>, Option<Tree<'s>>)| {
            Ok((
                self.term(name, depth)?,
                value.map(|value| self.term(value, depth)).transpose()?,
            ))
        };
        members.into_iter().map(member).collect()
    }

    fn operation(
        &mut self,
        left: Tree<'s>,
        op: BinaryOp<&'s str>,
        right: Tree<'s>,
        depth: usize,
    ) -> Result<Tree<'s>, Fault> {
        let left = self.term(left, depth)?;
        let op = match op {
            BinaryOp::Pipe(pattern) => {
                BinaryOp::Pipe(pattern.map(|pattern| self.pattern(pattern, depth)).transpose()?)
            }
            plain @ (BinaryOp::Comma
            | BinaryOp::Alt
            | BinaryOp::Or
            | BinaryOp::And
            | BinaryOp::Math(_)
            | BinaryOp::Cmp(_)
            | BinaryOp::Assign
            | BinaryOp::Update
            | BinaryOp::UpdateMath(_)
            | BinaryOp::UpdateAlt) => plain,
        };
        let right = self.term(right, depth)?;
        let joined = |left, op, right| Term::BinOp(Box::new(left), op, Box::new(right));
        Ok(match op {
            BinaryOp::Pipe(_) | BinaryOp::Comma | BinaryOp::Or | BinaryOp::And => joined(left, op, right),
            BinaryOp::Alt => otherwise(left, right),
            BinaryOp::Math(Math::Add) | BinaryOp::Cmp(_) => {
                charged(joined(charged(left), op, charged(right)))
            }
            BinaryOp::Math(_) => charged(joined(only_numbers(left), op, only_numbers(right))),
            BinaryOp::Assign | BinaryOp::Update | BinaryOp::UpdateMath(_) | BinaryOp::UpdateAlt => {
                return Err(Fault::whole("a mapping assigns nothing"));
            }
        })
    }

    fn branches(
        &mut self,
        branches: Vec<(Tree<'s>, Tree<'s>)>,
        otherwise: Option<Box<Tree<'s>>>,
        depth: usize,
    ) -> Result<Tree<'s>, Fault> {
        let branch = |(condition, then): (Tree<'s>, Tree<'s>)| {
            Ok((self.term(condition, depth)?, self.term(then, depth)?))
        };
        let branches = branches.into_iter().map(branch).collect::<Result<_, Fault>>()?;
        let otherwise = otherwise.map(|term| self.boxed(*term, depth)).transpose()?;
        Ok(Term::IfThenElse(branches, otherwise))
    }

    /// A word cannot be seen in its own definition, and no word can be defined twice: so nothing calls itself.
    fn definitions(
        &mut self,
        words: Vec<Def<&'s str, Tree<'s>>>,
        rest: Tree<'s>,
        depth: usize,
    ) -> Result<Tree<'s>, Fault> {
        let before = self.own.len();
        let mut checked = Vec::with_capacity(words.len());
        for Def { name, args, body } in words {
            self.free(name, args.len())?;
            let seen = self.own.len();
            for argument in args.iter().filter(|argument| !argument.starts_with('$')) {
                self.free(argument, 0)?;
                self.own.push((argument, 0));
            }
            let body = self.term(body, depth)?;
            self.own.truncate(seen);
            self.own.push((name, args.len()));
            checked.push(Def { name, args, body });
        }
        let rest = self.term(rest, depth)?;
        self.own.truncate(before);
        Ok(Term::Def(checked, Box::new(rest)))
    }

    fn free(&self, name: &'s str, arguments: usize) -> Result<(), Fault> {
        let taken = name == FILTER
            || self.own.contains(&(name, arguments))
            || VOCABULARY.contains(&(name, arguments));
        if taken {
            return Err(fault(self.code, name, &format!("there is a word {name} already")));
        }
        Ok(())
    }

    fn call(&mut self, name: &'s str, arguments: Vec<Tree<'s>>, depth: usize) -> Result<Tree<'s>, Fault> {
        let signature = (name, arguments.len());
        let ours = VOCABULARY.contains(&signature);
        if !ours && !self.own.contains(&signature) {
            return Err(fault(
                self.code,
                name,
                &format!("there is no word {name} with {} arguments", arguments.len()),
            ));
        }
        let call = Term::Call(name, self.terms(arguments, depth)?);
        let pipe = |left, right| Term::BinOp(Box::new(left), BinaryOp::Pipe(None), Box::new(right));
        Ok(if ours {
            charged(pipe(Term::Call(CHARGE, Vec::new()), call))
        } else {
            charged(call)
        })
    }

    fn path(&mut self, path: Path<Tree<'s>>, depth: usize) -> Result<Path<Tree<'s>>, Fault> {
        let part = |(part, opt)| {
            let part = match part {
                Part::Index(index) => Part::Index(self.term(index, depth)?),
                Part::Range(from, to) => Part::Range(
                    from.map(|term| self.term(term, depth)).transpose()?,
                    to.map(|term| self.term(term, depth)).transpose()?,
                ),
            };
            Ok((part, opt))
        };
        Ok(Path(path.0.into_iter().map(part).collect::<Result<_, Fault>>()?))
    }

    fn pattern(&mut self, pattern: Pattern<&'s str>, depth: usize) -> Result<Pattern<&'s str>, Fault> {
        if depth > DEPTH {
            return Err(Fault::whole("the filter is nested too deeply"));
        }
        Ok(match pattern {
            Pattern::Var(_) => pattern,
            Pattern::Arr(parts) => Pattern::Arr(
                parts
                    .into_iter()
                    .map(|part| self.pattern(part, depth + 1))
                    .collect::<Result<_, _>>()?,
            ),
            Pattern::Obj(members) => {
                let member = |(name, part)| Ok((self.term(name, depth + 1)?, self.pattern(part, depth + 1)?));
                Pattern::Obj(members.into_iter().map(member).collect::<Result<_, Fault>>()?)
            }
        })
    }

    fn not_allowed(&self, what: &str) -> Fault {
        let at = self.code.find(what).unwrap_or_default();
        Fault {
            at,
            cause: format!("{what} is not allowed in a mapping"),
        }
    }
}

/// What comes out of a term goes through the meter.
fn charged(term: Tree<'_>) -> Tree<'_> {
    through(term, CHARGE)
}

fn only_numbers(term: Tree<'_>) -> Tree<'_> {
    through(charged(term), NUMBER)
}

fn through<'s>(term: Tree<'s>, word: &'static str) -> Tree<'s> {
    Term::BinOp(
        Box::new(term),
        BinaryOp::Pipe(None),
        Box::new(Term::Call(word, Vec::new())),
    )
}

/// `left // right`, value by value: jq's own would also swallow what the meter says.
fn otherwise<'s>(left: Tree<'s>, right: Tree<'s>) -> Tree<'s> {
    let value = || Term::Var(LEFT);
    let choice = Term::IfThenElse(vec![(value(), value())], Some(Box::new(right)));
    Term::BinOp(
        Box::new(left),
        BinaryOp::Pipe(Some(Pattern::Var(LEFT))),
        Box::new(choice),
    )
}

fn unreadable() -> Fault {
    Fault::whole("it cannot be read")
}

/// A fault at a piece of the filter; at its beginning for what is no piece of it.
fn fault(code: &str, piece: &str, cause: &str) -> Fault {
    let begins = (piece.as_ptr() as usize).checked_sub(code.as_ptr() as usize);
    Fault {
        at: begins.filter(|at| *at <= code.len()).unwrap_or_default(),
        cause: cause.into(),
    }
}
