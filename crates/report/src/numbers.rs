//! Numbers as people read them.

/// Seconds in a minute.
const MINUTE: u64 = 60;

/// From this sum on cents are noise.
const WHOLE_DOLLARS_FROM: f64 = 1_000.0;

/// Writes `6000` as `6,000`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes `1 machine`, `6,000 machines`, `2 addresses`: for words with a regular plural.
pub(crate) fn counted(number: u64, singular: &str) -> String {
    let ending = match number {
        1 => "",
        _ if singular.ends_with('s') => "es",
        _ => "s",
    };
    format!("{} {singular}{ending}", count(number))
}

/// Writes US dollars: `$390.95`, and `$9,383` from a thousand on.
pub(crate) fn dollars(sum: f64) -> String {
    let sign = if sum < 0.0 { "-" } else { "" };
    let sum = sum.abs();
    if sum >= WHOLE_DOLLARS_FROM {
        // A float beyond 64 bits saturates, which is as good as any other absurd sum.
        return format!("{sign}${}", count(sum.round() as u64));
    }
    format!("{sign}${sum:.2}")
}

/// Writes a measure such as vCPUs: whole where it is whole, else two decimals at most.
pub(crate) fn measure(amount: f64) -> String {
    if amount.fract() == 0.0 && amount >= 0.0 {
        return count(amount as u64);
    }
    let text = format!("{amount:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Writes bytes: `512 B`, `1.4 MB`; decimal units, as disks and networks count.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if number < 1_000 {
        return format!("{number} B");
    }
    let mut amount = number as f64 / 1_000.0;
    let mut unit = 0;
    while amount >= 999.95 && unit + 1 < UNITS.len() {
        amount /= 1_000.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS[unit])
}

/// Writes a stretch of time in its largest unit that says enough: `40 seconds`, `5 hours`.
pub(crate) fn stretch(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let (unit, name) = match seconds {
        0..120 => (1, "second"),
        120..7_200 => (MINUTE, "minute"),
        7_200..172_800 => (60 * MINUTE, "hour"),
        _ => (24 * 60 * MINUTE, "day"),
    };
    counted(seconds / unit, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(["0", "999", "1,000", "1,234,567"], [0, 999, 1_000, 1_234_567].map(count));
        assert_eq!(counted(1, "machine"), "1 machine");
        assert_eq!(counted(2, "more address"), "2 more addresses");
        assert_eq!(["$0.00", "$61.20", "$9,383"], [0.0, 61.2, 9_382.8].map(dollars));
        assert_eq!(["4,608", "0.25", "1.5"], [4_608.0, 0.25, 1.5].map(measure));
        assert_eq!(["512 B", "1.4 MB", "1.0 GB"], [512, 1_400_000, 999_999_999].map(bytes));
        let seconds = [1, 40, 240, 18_000, 259_200];
        assert_eq!(["1 second", "40 seconds", "4 minutes", "5 hours", "3 days"], seconds.map(stretch));
    }

    #[test]
    fn absurd_numbers_do_not_panic() {
        for sum in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -1.5] {
            let _ = (dollars(sum), measure(sum));
        }
        assert_eq!(stretch(i64::MIN), "106,751,991,167,300 days");
        assert_eq!(bytes(u64::MAX), "18446.7 PB");
    }
}
