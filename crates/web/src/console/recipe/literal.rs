//! Values as literals of other languages. What stands in a recipe is data there, whatever is in it.

/// How a language spells a character that is not plain ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// `\U0001f600`: Python, Go, C#.
    Long,
    /// `\u{1f600}`: JavaScript, Rust.
    Braces,
    /// `\ud83d\ude00`, and octal below the space, since Java reads `\u000a` as the end of the line: Java.
    Pairs,
}

/// A string in double quotes; every character that could mean something is spelled out.
fn quoted(text: &str, spelling: Spelling) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for letter in text.chars() {
        match (letter, spelling) {
            ('"' | '\\', _) => literal.extend(['\\', letter]),
            (' '..='~', _) => literal.push(letter),
            _ => literal.push_str(&spelled(letter, spelling)),
        }
    }
    literal.push('"');
    literal
}

fn spelled(letter: char, spelling: Spelling) -> String {
    let number = u32::from(letter);
    match (letter, spelling) {
        (_, Spelling::Long) => format!("\\U{number:08x}"),
        (_, Spelling::Braces) => format!("\\u{{{number:x}}}"),
        ('\0'..='\u{1f}', Spelling::Pairs) => format!("\\{number:03o}"),
        (_, Spelling::Pairs) => {
            let mut units = [0; 2];
            letter
                .encode_utf16(&mut units)
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect()
        }
    }
}

/// As Python, Go and C# read it.
pub(super) fn long(text: &str) -> String {
    quoted(text, Spelling::Long)
}

/// As JavaScript and Rust read it.
pub(super) fn braces(text: &str) -> String {
    quoted(text, Spelling::Braces)
}

/// As Java reads it.
pub(super) fn java(text: &str) -> String {
    quoted(text, Spelling::Pairs)
}

/// As a POSIX shell reads it: one word, nothing expanded.
pub(super) fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Inside a here-document of a shell, where `$`, backticks and backslashes mean something.
pub(super) fn here(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('`', "\\`")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CO8: a name ends no string.
    #[test]
    fn nothing_gets_out_of_a_literal() {
        let odd = "a\"b\\c\n$`😀";
        assert_eq!(long(odd), r#""a\"b\\c\U0000000a$`\U0001f600""#);
        assert_eq!(braces(odd), r#""a\"b\\c\u{a}$`\u{1f600}""#);
        assert_eq!(java(odd), r#""a\"b\\c\012$`\ud83d\ude00""#);
        assert_eq!(shell("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(here("a$b`c\\"), r"a\$b\`c\\");
    }
}
