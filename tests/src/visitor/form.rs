//! The forms of a page, as a browser would send them.

/// A form, filled in as it stands.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The value of a field, the first of that name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// With this value alone in the field of that name.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.and(name, value)
    }

    /// With one more value: another box is ticked, or somebody adds a field.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without the field of that name.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }
}

/// A tag of a page, as a browser reads it.
#[derive(Debug)]
pub struct Tag {
    /// Its name in lower case; with a slash before it when it closes.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Where what follows it begins.
    pub end: usize,
}

impl Tag {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The forms of a page at `path`.
pub(super) fn forms(html: &str, path: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut inside = false;
    let mut select: Option<(String, Option<String>, Option<String>)> = None;
    for tag in tags(html) {
        match tag.name.as_str() {
            "form" => {
                inside = true;
                forms.push(Form {
                    action: tag.get("action").unwrap_or(path).to_owned(),
                    method: tag.get("method").unwrap_or("get").to_ascii_lowercase(),
                    fields: Vec::new(),
                });
            }
            "/form" => inside = false,
            "input" if inside && tag.get("disabled").is_none() => {
                let ticked = tag.get("checked").is_some();
                let sent = match tag.get("type").unwrap_or("text") {
                    "checkbox" | "radio" => ticked,
                    "submit" | "button" | "file" => false,
                    _ => true,
                };
                if let (true, Some(name)) = (sent, tag.get("name")) {
                    add(&mut forms, name, tag.get("value").unwrap_or_default());
                }
            }
            "textarea" if inside => {
                let rest = &html[tag.end..];
                let text = unescaped(&rest[..rest.find("</textarea").unwrap()]);
                // HTML: the first line break after the tag is not part of it.
                add(
                    &mut forms,
                    tag.get("name").unwrap(),
                    text.strip_prefix('\n').unwrap_or(&text),
                );
            }
            "select" if inside => select = Some((tag.get("name").unwrap_or_default().to_owned(), None, None)),
            "option" => {
                if let Some((_, first, chosen)) = &mut select {
                    let value = tag.get("value").unwrap_or_default().to_owned();
                    first.get_or_insert_with(|| value.clone());
                    if tag.get("selected").is_some() {
                        *chosen = Some(value);
                    }
                }
            }
            "/select" => {
                if let Some((name, first, chosen)) = select.take() {
                    add(&mut forms, &name, &chosen.or(first).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    forms
}

fn add(forms: &mut [Form], name: &str, value: &str) {
    let form = forms.last_mut().unwrap();
    form.fields.push((name.to_owned(), value.to_owned()));
}

/// The tags of a page.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut place = 0;
    while let Some(found) = html[place..].find('<') {
        let start = place + found + 1;
        let rest = &html[start..];
        let name: String = rest
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '/' || *c == '!' || *c == '-')
            .collect();
        let (attributes, length) = attributes(&rest[name.len()..]);
        let end = start + name.len() + length;
        tags.push(Tag {
            name: name.to_ascii_lowercase(),
            attributes,
            end,
        });
        place = end;
    }
    tags
}

/// The attributes up to the `>`, and how long that was.
fn attributes(text: &str) -> (Vec<(String, String)>, usize) {
    let mut list = Vec::new();
    let mut place = 0;
    loop {
        let rest = &text[place..];
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        place += rest.len() - trimmed.len();
        if trimmed.is_empty() {
            return (list, place);
        }
        if trimmed.starts_with('>') {
            return (list, place + 1);
        }
        let name_end = trimmed
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>'))
            .unwrap_or(trimmed.len());
        let name = trimmed[..name_end].to_ascii_lowercase();
        place += name_end;
        let mut value = String::new();
        if let Some(after) = text[place..].strip_prefix('=') {
            place += 1;
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (taken, length) = match quote {
                Some(quote) => {
                    let inner = &after[1..];
                    let end = inner.find(quote).unwrap_or(inner.len());
                    (&inner[..end], (end + 2).min(after.len()))
                }
                None => {
                    let end = after
                        .find(|c: char| c.is_whitespace() || c == '>')
                        .unwrap_or(after.len());
                    (&after[..end], end)
                }
            };
            value = unescaped(taken);
            place += length;
        }
        // What is no attribute is stepped over, a character at least.
        place += usize::from(name_end == 0 && value.is_empty());
        list.push((name, value));
    }
}

/// Text without its character references (HTML: `&#60;`, `&#x3c;`, `&lt;`).
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end < 10);
        let read = end.and_then(|end| character(&rest[1..end]));
        match (read, end) {
            (Some(c), Some(end)) => {
                plain.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain + rest
}

fn character(name: &str) -> Option<char> {
    let number = match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_sends_it() {
        let page = r#"<p>1 < 2</p><form method="post" action="/x"><input type="hidden" name="a" value="&#60;b&#38;&quot;">
            <input type=checkbox name=c value=1 checked><input type="checkbox" name="c" value="2">
            <select name="s"><option value="p">P</option><option value="q" selected>Q</option></select>
            <textarea name="t">
one
two</textarea><input name="off" disabled><button name="go" value="1">Go</button></form><form><input name="q"></form>"#;
        let forms = forms(page, "/here");
        let fields: Vec<_> = forms[0]
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(fields, [("a", "<b&\""), ("c", "1"), ("s", "q"), ("t", "one\ntwo")]);
        assert_eq!((forms[0].method.as_str(), forms[0].action.as_str()), ("post", "/x"));
        assert_eq!((forms[1].method.as_str(), forms[1].action.as_str()), ("get", "/here"));
    }
}
