//! The language of [`super::filter`]: `service:ec2 name:Run* -region:us-* (error:* or text:xmrig)`.
//!
//! Terms beside each other must all hold; `or` stands between alternatives and binds less;
//! `not` or `-` turns a term or bracket around; commas give a field several values; quotes
//! keep spaces, commas and brackets in a value; a bare word is looked for in the whole record.

use event::Time;

use super::filter::{Filter, FilterError, Needle, Net, Pattern, Place, TextField};

/// Terms in an expression.
///
/// Fewer, and a list of a botnet's addresses does not fit; more, and every record is asked too much.
const TERMS_MAX: usize = 2_000;

/// Brackets and negations within each other.
///
/// Fewer, and a query that a program wrote may not fit; more, and only a hostile one needs it.
const DEPTH_MAX: usize = 32;

/// The fields, as the help lists them.
pub(super) const FIELDS: &str = "service, name, error, region, account, principal, session, key, instance, \
     address, agent, id, request, response, text, changes, since, until";

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Or,
    Not,
    /// A field and its values, or a bare word.
    Term(Option<String>, Vec<String>),
}

/// Reads an expression.
pub(super) fn expression(text: &str) -> Result<Filter, FilterError> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(FilterError::Empty);
    }
    if tokens.len() > TERMS_MAX {
        return Err(FilterError::TooLarge);
    }
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let filter = parser.any(0)?;
    match parser.tokens.get(parser.at) {
        None => Ok(filter),
        Some((_, at)) => Err(FilterError::Syntax { what: "a bracket closes that was never opened", at: *at }),
    }
}

struct Parser<'a> {
    tokens: &'a [(Token, usize)],
    at: usize,
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut any = vec![self.all(depth)?];
        while self.next_is(&Token::Or) {
            self.at += 1;
            any.push(self.all(depth)?);
        }
        Ok(if any.len() == 1 { any.remove(0) } else { Filter::Any(any) })
    }

    fn all(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut all = Vec::new();
        while self.at < self.tokens.len() && !self.next_is(&Token::Or) && !self.next_is(&Token::Close) {
            all.push(self.one(depth)?);
        }
        match all.len() {
            0 => Err(self.syntax("a term is missing")),
            1 => Ok(all.remove(0)),
            _ => Ok(Filter::All(all)),
        }
    }

    fn one(&mut self, depth: usize) -> Result<Filter, FilterError> {
        if depth > DEPTH_MAX {
            return Err(FilterError::TooLarge);
        }
        let Some((token, at)) = self.tokens.get(self.at) else {
            return Err(self.syntax("a term is missing"));
        };
        self.at += 1;
        match token {
            Token::Not => Ok(Filter::Not(Box::new(self.one(depth + 1)?))),
            Token::Open => {
                let inner = self.any(depth + 1)?;
                if !self.next_is(&Token::Close) {
                    return Err(FilterError::Syntax { what: "a bracket opens that never closes", at: *at });
                }
                self.at += 1;
                Ok(inner)
            }
            Token::Term(field, values) => term(field.as_deref(), values),
            Token::Or | Token::Close => Err(FilterError::Syntax { what: "a term is missing", at: *at }),
        }
    }

    fn next_is(&self, token: &Token) -> bool {
        self.tokens.get(self.at).is_some_and(|(next, _)| next == token)
    }

    fn syntax(&self, what: &'static str) -> FilterError {
        let last = self.tokens.get(self.at).or(self.tokens.last()).map_or(1, |(_, at)| *at);
        FilterError::Syntax { what, at: last }
    }
}

fn term(field: Option<&str>, values: &[String]) -> Result<Filter, FilterError> {
    let Some(field) = field else {
        return Ok(Filter::Holds(Place::Anywhere, Needle::new(values.first().map_or("", String::as_str))));
    };
    let mut any = values.iter().map(|value| one_value(field, value)).collect::<Result<Vec<_>, _>>()?;
    Ok(if any.len() == 1 { any.remove(0) } else { Filter::Any(any) })
}

fn one_value(field: &str, value: &str) -> Result<Filter, FilterError> {
    let text = |field| Ok(Filter::Text(field, Pattern::new(value)));
    let holds = |place| Ok(Filter::Holds(place, Needle::new(value)));
    match field.to_ascii_lowercase().as_str() {
        "service" | "eventsource" => Ok(Filter::Text(
            TextField::Service,
            Pattern::new(event::notable::bare_source(&value.to_ascii_lowercase())),
        )),
        "name" | "event" | "eventname" => text(TextField::Name),
        "error" | "errorcode" => Ok(error(value)),
        "region" | "awsregion" => text(TextField::Region),
        "account" => text(TextField::Account),
        "principal" | "user" | "role" => text(TextField::Principal),
        "session" => text(TextField::Session),
        "key" | "accesskeyid" => text(TextField::Key),
        "instance" => text(TextField::Instance),
        // What people remember of an agent is a word in the middle.
        "agent" | "useragent" => Ok(Filter::Text(TextField::Agent, Pattern::new(&format!("*{value}*")))),
        "id" | "eventid" => text(TextField::Id),
        "address" | "ip" | "sourceipaddress" => Ok(Filter::Address(Net::new(value))),
        "request" => holds(Place::Request),
        "response" => holds(Place::Response),
        "text" => holds(Place::Anywhere),
        "changes" => flag("changes", value).map(Filter::Changes),
        "since" => time("since", value).map(Filter::Since),
        "until" => time("until", value).map(Filter::Until),
        _ => Err(FilterError::NoField(field.to_owned())),
    }
}

/// `error:*` is any error, `error:none` is success.
fn error(value: &str) -> Filter {
    let code = |pattern: &str| Filter::Text(TextField::Error, Pattern::new(pattern));
    match value {
        "none" => code(""),
        "*" | "any" => Filter::Not(Box::new(code(""))),
        code_wanted => code(code_wanted),
    }
}

fn flag(field: &'static str, value: &str) -> Result<bool, FilterError> {
    match value.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(FilterError::Value { field, value: value.to_owned(), wanted: "yes or no" }),
    }
}

fn time(field: &'static str, value: &str) -> Result<Time, FilterError> {
    Time::parse(value).ok_or_else(|| FilterError::Value {
        field,
        value: value.to_owned(),
        wanted: "a time such as 2026-11-24T08:00:00Z",
    })
}

/// Cuts an expression into tokens, each with its place.
fn tokens(text: &str) -> Result<Vec<(Token, usize)>, FilterError> {
    let characters: Vec<char> = text.chars().collect();
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(character) = characters.get(at) {
        let place = at + 1;
        match character {
            space if space.is_whitespace() => at += 1,
            '(' => {
                tokens.push((Token::Open, place));
                at += 1;
            }
            ')' => {
                tokens.push((Token::Close, place));
                at += 1;
            }
            '-' => {
                tokens.push((Token::Not, place));
                at += 1;
            }
            _ => {
                let (token, next) = word(&characters, at)?;
                tokens.push((token, place));
                at = next;
            }
        }
    }
    Ok(tokens)
}

/// Reads a word: an operator, a bare text, or `field:value,value`.
fn word(characters: &[char], begin: usize) -> Result<(Token, usize), FilterError> {
    let (mut field, mut values, mut value) = (None, Vec::new(), String::new());
    let (mut at, mut was_quoted) = (begin, false);
    while let Some(character) =
        characters.get(at).filter(|next| !next.is_whitespace() && !"()".contains(**next))
    {
        match character {
            quote @ ('"' | '\'') => {
                let end = characters[at + 1..].iter().position(|next| next == quote);
                let Some(length) = end else {
                    return Err(FilterError::Syntax { what: "a quote opens that never closes", at: at + 1 });
                };
                value.extend(&characters[at + 1..at + 1 + length]);
                at += length + 1;
                was_quoted = true;
            }
            ':' | '=' if field.is_none() && !was_quoted && is_name(&value) => {
                field = Some(std::mem::take(&mut value))
            }
            ',' if field.is_some() => values.push(std::mem::take(&mut value)),
            other => value.push(*other),
        }
        at += 1;
    }
    if field.is_none() && !was_quoted {
        match value.to_ascii_lowercase().as_str() {
            "or" => return Ok((Token::Or, at)),
            "not" => return Ok((Token::Not, at)),
            "and" => return Err(FilterError::Syntax { what: "`and` is not needed", at: begin + 1 }),
            _ => {}
        }
    }
    values.push(value);
    Ok((Token::Term(field, values), at))
}

/// Whether what stands before a colon can be a field: an arn or an address is a value.
fn is_name(text: &str) -> bool {
    text != "arn" && text.len() > 1 && text.chars().all(|letter| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(pattern: &str) -> Filter {
        Filter::Text(TextField::Name, Pattern::new(pattern))
    }

    #[test]
    fn terms_beside_each_other_must_all_hold_and_or_binds_less() {
        let service = Filter::Text(TextField::Service, Pattern::new("ec2"));
        let wanted = Filter::Any(vec![Filter::All(vec![service, name("run*")]), name("stop*")]);
        assert_eq!(expression("service:ec2.amazonaws.com name:Run* or name:stop*"), Ok(wanted));
    }

    #[test]
    fn brackets_negation_commas_and_quotes() {
        assert_eq!(expression("name:a,b"), Ok(Filter::Any(vec![name("a"), name("b")])));
        assert_eq!(expression("-name:a"), expression("not name:a"));
        assert_eq!(expression("-(name:a)"), expression("not (name:a)"));
        assert_eq!(
            expression("request:\"a, b (c)\""),
            Ok(Filter::Holds(Place::Request, Needle::new("a, b (c)")))
        );
        assert_eq!(
            expression("arn:aws:iam::111122223333:role/x"),
            Ok(Filter::Holds(Place::Anywhere, Needle::new("arn:aws:iam::111122223333:role/x")))
        );
        assert_eq!(expression("name:x-y"), Ok(name("x-y")));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(expression("  "), Err(FilterError::Empty));
        assert_eq!(expression("colour:red"), Err(FilterError::NoField("colour".to_owned())));
        for (text, at) in
            [("(name:a", 1), ("name:a)", 7), ("\"a", 1), ("name:a or", 8), ("()", 2), ("a and b", 3)]
        {
            let error = expression(text).unwrap_err();
            assert!(
                matches!(&error, FilterError::Syntax { at: found, .. } if *found == at),
                "{text}: {error}"
            );
        }
        assert!(matches!(expression("since:yesterday"), Err(FilterError::Value { field: "since", .. })));
        assert_eq!(expression(&"(".repeat(100)), Err(FilterError::TooLarge));
        assert_eq!(expression(&"x ".repeat(3_000)), Err(FilterError::TooLarge));
    }

    proptest! {
        #[test]
        fn no_text_crashes_it(text in ".{0,80}") {
            let _ = expression(&text);
        }
    }
}
