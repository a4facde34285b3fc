//! From a key of a record to its slot, by one multiplication and one comparison.
//!
//! A key is looked at from behind, where its colon is: its last letters choose an entry, and the entry says how long the
//! key is, its opening quote included. The names are known beforehand, so the table has no collisions: the multiplier was
//! searched for, and the table is built while compiling, which fails if two names ever meet. A key that is not in the
//! table is looked at once more, for it may be written with an escape (`event\u004eame`), which JSON allows.

use std::borrow::Cow;

use super::field::Slot;
use super::text::unescape;

/// Which object of a record a key stands in. The same key means another thing elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Level {
    Record,
    Identity,
    Session,
    Issuer,
    Attributes,
    IdentityScope,
    SessionScope,
}

/// Every key that is known, by where it stands. Those that are `Ignored` are listed because they are common: a
/// known key needs no second look.
const KEYS: &[(Level, &str, Slot)] = &[
    (Level::Record, "Records", Slot::Stream),
    (Level::Record, "Events", Slot::Stream),
    (Level::Record, "hits", Slot::Stream),
    (Level::Record, "eventVersion", Slot::EventVersion),
    (Level::Record, "eventTime", Slot::EventTime),
    (Level::Record, "@timestamp", Slot::Timestamp),
    (Level::Record, "eventSource", Slot::EventSource),
    (Level::Record, "eventName", Slot::EventName),
    (Level::Record, "awsRegion", Slot::AwsRegion),
    (Level::Record, "sourceIPAddress", Slot::SourceIpAddress),
    (Level::Record, "userAgent", Slot::UserAgent),
    (Level::Record, "errorCode", Slot::ErrorCode),
    (Level::Record, "errorMessage", Slot::ErrorMessage),
    (Level::Record, "requestID", Slot::RequestId),
    (Level::Record, "eventID", Slot::EventId),
    (Level::Record, "readOnly", Slot::ReadOnly),
    (Level::Record, "eventType", Slot::EventType),
    (Level::Record, "recipientAccountId", Slot::RecipientAccountId),
    (Level::Record, "sharedEventID", Slot::SharedEventId),
    (Level::Record, "eventCategory", Slot::EventCategory),
    (Level::Record, "vpcEndpointId", Slot::VpcEndpointId),
    (Level::Record, "sessionCredentialFromConsole", Slot::SessionCredentialFromConsole),
    (Level::Record, "userIdentity", Slot::UserIdentity),
    (Level::Record, "requestParameters", Slot::RequestParameters),
    (Level::Record, "responseElements", Slot::ResponseElements),
    (Level::Record, "additionalEventData", Slot::AdditionalEventData),
    (Level::Record, "resources", Slot::Resources),
    (Level::Record, "serviceEventDetails", Slot::ServiceEventDetails),
    (Level::Record, "addendum", Slot::Addendum),
    (Level::Record, "tlsDetails", Slot::TlsDetails),
    (Level::Record, "managementEvent", Slot::Ignored),
    (Level::Record, "apiVersion", Slot::Ignored),
    (Level::Record, "edgeDeviceDetails", Slot::Ignored),
    (Level::Record, "eventContext", Slot::Ignored),
    (Level::Identity, "type", Slot::IdentityType),
    (Level::Identity, "principalId", Slot::PrincipalId),
    (Level::Identity, "arn", Slot::Arn),
    (Level::Identity, "accountId", Slot::AccountId),
    (Level::Identity, "accessKeyId", Slot::AccessKeyId),
    (Level::Identity, "userName", Slot::UserName),
    (Level::Identity, "invokedBy", Slot::InvokedBy),
    (Level::Identity, "sessionContext", Slot::SessionContext),
    (Level::Identity, "ec2RoleDelivery", Slot::IdentityDelivery),
    (Level::Identity, "inScopeOf", Slot::IdentityScope),
    (Level::Identity, "identityProvider", Slot::Ignored),
    (Level::Identity, "onBehalfOf", Slot::Ignored),
    (Level::Session, "sessionIssuer", Slot::SessionIssuer),
    (Level::Session, "attributes", Slot::Attributes),
    (Level::Session, "ec2RoleDelivery", Slot::SessionDelivery),
    (Level::Session, "sourceIdentity", Slot::SourceIdentity),
    (Level::Session, "inScopeOf", Slot::SessionScope),
    (Level::Session, "webIdFederationData", Slot::WebIdFederationData),
    (Level::Session, "assumedRoot", Slot::Ignored),
    (Level::Issuer, "type", Slot::IssuerType),
    (Level::Issuer, "principalId", Slot::IssuerPrincipalId),
    (Level::Issuer, "arn", Slot::IssuerArn),
    (Level::Issuer, "accountId", Slot::IssuerAccountId),
    (Level::Issuer, "userName", Slot::IssuerUserName),
    (Level::Attributes, "creationDate", Slot::CreationDate),
    (Level::Attributes, "mfaAuthenticated", Slot::MfaAuthenticated),
    (Level::Attributes, "ec2RoleDelivery", Slot::AttributesDelivery),
    (Level::IdentityScope, "issuerType", Slot::IdentityScopeIssuerType),
    (Level::IdentityScope, "credentialsIssuedTo", Slot::IdentityScopeIssuedTo),
    (Level::IdentityScope, "sourceArn", Slot::IdentityScopeSourceArn),
    (Level::IdentityScope, "sourceAccount", Slot::IdentityScopeSourceAccount),
    (Level::SessionScope, "issuerType", Slot::SessionScopeIssuerType),
    (Level::SessionScope, "credentialsIssuedTo", Slot::SessionScopeIssuedTo),
    (Level::SessionScope, "sourceArn", Slot::SessionScopeSourceArn),
    (Level::SessionScope, "sourceAccount", Slot::SessionScopeSourceAccount),
];

/// A key that ends like another one that is more common, and is looked at once more like one that is not known.
const RARE_KEY: (Level, &[u8], Slot) = (Level::Record, b"insightDetails", Slot::InsightDetails);

/// How many bytes before a closing quote are compared: the longest key and its opening quote.
pub(crate) const KEY_BYTES: usize = 32;

/// Makes the table free of collisions; found by trying, see `the_search_still_finds_a_multiplier`.
const MULTIPLIER: u64 = 0xee44_afc3_d8d9_8791;

/// How a key is compared: the bytes before its closing quote, and which of their bits belong to it and its opening quote.
/// One line of the cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Shape {
    pub(super) key: [u8; KEY_BYTES],
    pub(super) mask: [u8; KEY_BYTES],
}

/// What stands where there is no key: no text has these bytes, and if it has, it is not known.
const NOTHING: Shape = Shape { key: [0xff; KEY_BYTES], mask: [0xff; KEY_BYTES] };

/// What is known of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) slot: Slot,
    level: Level,
    /// Its bytes, without quotes.
    pub(crate) length: u8,
}

/// The keys, each at the place its hash tells.
static SHAPES: [Shape; 256] = {
    let mut shapes = [NOTHING; 256];
    let mut next = 0;
    while next < KEYS.len() {
        let (level, key, _) = KEYS[next];
        let ending = ending(key.as_bytes());
        let place = hash(&ending, level, MULTIPLIER);
        assert!(shapes[place].mask[0] == 0xff, "two keys have one hash: search another multiplier");
        shapes[place] = Shape { key: ending, mask: mask(key.len() + 1) };
        next += 1;
    }
    shapes
};

/// What is known of the keys, at the same places.
static KNOWN: [Known; 256] = {
    let mut known = [Known { slot: Slot::Ignored, level: Level::Record, length: 0 }; 256];
    let mut next = 0;
    while next < KEYS.len() {
        let (level, key, slot) = KEYS[next];
        let place = hash(&ending(key.as_bytes()), level, MULTIPLIER);
        known[place] = Known { slot, level, length: key.len() as u8 };
        next += 1;
    }
    known
};

/// For each level, which of the last eight bytes choose an entry, and what tells the level from others. Only a record
/// has no keys that are shorter than this, and none of the others has two keys with the same last four letters.
static LEVELS: [(u64, u64); 7] = {
    let mut levels = [(0xffff_ffff_0000_0000, 0); 7];
    levels[Level::Record as usize] = (u64::MAX, 0);
    let mut level = 1;
    while level < levels.len() {
        levels[level].1 = level as u64;
        level += 1;
    }
    levels
};

/// Returns what is known of the key whose closing quote `bytes` stand before, in an object of `level`.
///
/// A byte before the opening quote is not looked at: it must not be a backslash. `None` if the key is not known, or
/// written with escapes. `differs` tells whether bytes do not have a shape, see [`differs`].
#[inline(always)]
pub(super) fn known_key(
    bytes: &[u8; KEY_BYTES],
    level: Level,
    differs: impl Fn(&[u8; KEY_BYTES], &Shape) -> bool,
) -> Option<Known> {
    let place = hash(bytes, level, MULTIPLIER);
    // The same key of another level may stand here by chance.
    (!differs(bytes, &SHAPES[place])).then(|| KNOWN[place]).filter(|known| known.level == level)
}

/// Tells whether `bytes` do not have a shape.
#[inline(always)]
pub(super) fn differs(bytes: &[u8; KEY_BYTES], shape: &Shape) -> bool {
    let halves = |bytes: &[u8; KEY_BYTES]| {
        let (halves, _) = bytes.as_chunks::<16>();
        [u128::from_le_bytes(halves[0]), u128::from_le_bytes(halves[1])]
    };
    let (bytes, key, mask) = (halves(bytes), halves(&shape.key), halves(&shape.mask));
    (bytes[0] ^ key[0]) & mask[0] | (bytes[1] ^ key[1]) & mask[1] != 0
}

/// Returns the slot of a whole key, which may be written with escapes.
pub(crate) fn slot_of(key: &[u8], level: Level) -> Slot {
    let key = match memchr::memchr(b'\\', key) {
        Some(_) => Cow::Owned(unescape(key).into_owned().into_bytes()),
        None => Cow::Borrowed(key),
    };
    if (level, &*key) == (RARE_KEY.0, RARE_KEY.1) {
        return RARE_KEY.2;
    }
    if key.len() >= KEY_BYTES {
        return Slot::Ignored;
    }
    let known = known_key(&ending(&key), level, differs);
    known.filter(|known| known.length as usize == key.len()).map_or(Slot::Ignored, |known| known.slot)
}

/// Returns the place of a key in the table, always below 256.
#[inline(always)]
const fn hash(bytes: &[u8; KEY_BYTES], level: Level, multiplier: u64) -> usize {
    let (words, _) = bytes.as_chunks::<8>();
    let (mask, salt) = LEVELS[level as usize];
    ((u64::from_le_bytes(words[3]) & mask ^ salt).wrapping_mul(multiplier) >> 56) as usize
}

/// The last bytes of `"key`, with zeros before them; `key` must fit.
const fn ending(key: &[u8]) -> [u8; KEY_BYTES] {
    let mut bytes = [0; KEY_BYTES];
    let begin = KEY_BYTES - key.len();
    bytes[begin - 1] = b'"';
    let mut at = 0;
    while at < key.len() {
        bytes[begin + at] = key[at];
        at += 1;
    }
    bytes
}

/// The bits of the last `length` bytes.
const fn mask(length: usize) -> [u8; KEY_BYTES] {
    let mut bytes = [0; KEY_BYTES];
    let mut at = KEY_BYTES - length;
    while at < KEY_BYTES {
        bytes[at] = 0xff;
        at += 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks up the key at the end of `text`, which has no closing quote.
    fn known(text: &str, level: Level) -> Option<Known> {
        let text = format!("{}{text}", "a value that is longer than the longest key there is\",");
        known_key(text.as_bytes().last_chunk().unwrap(), level, differs)
    }

    #[test]
    fn every_known_key_finds_its_slot() {
        for (level, key, slot) in KEYS {
            assert_eq!(slot_of(key.as_bytes(), *level), *slot, "{key}");
            let found = known(&format!("\"{key}"), *level);
            // The short ones of a record are found the slow way.
            if *level != Level::Record || key.len() > 6 {
                assert_eq!(found.map(|known| known.slot), Some(*slot), "{key}");
            }
        }
    }

    #[test]
    fn a_key_that_only_begins_or_ends_like_a_known_one_is_ignored() {
        for (level, key, _) in KEYS {
            for other in [format!("{key}x"), format!("x{key}"), key[1..].to_owned(), key.to_uppercase() + "_"]
            {
                assert_eq!(slot_of(other.as_bytes(), *level), Slot::Ignored, "{other}");
                assert_eq!(known(&format!("\"{other}"), *level), None, "{other}");
            }
        }
    }

    #[test]
    fn a_key_written_with_escapes_is_the_same_key() {
        assert_eq!(slot_of(b"event\\u004eame", Level::Record), Slot::EventName);
    }

    #[test]
    fn the_same_key_means_another_thing_in_another_object() {
        let levels = [
            Level::Record,
            Level::Identity,
            Level::Session,
            Level::Issuer,
            Level::Attributes,
            Level::IdentityScope,
            Level::SessionScope,
        ];
        for (_, key, _) in KEYS {
            for level in levels {
                let listed = KEYS.iter().find(|(other, same, _)| *other == level && same == key);
                let expected = listed.map_or(Slot::Ignored, |(_, _, slot)| *slot);
                assert_eq!(slot_of(key.as_bytes(), level), expected, "{key} in {level:?}");
                // Whatever stands before a short key must not matter. Miri is too slow for every byte.
                for before in (0..=255_u8).step_by(if cfg!(miri) { 85 } else { 1 }) {
                    let mut bytes = ending(key.as_bytes());
                    bytes[..KEY_BYTES - key.len() - 1].fill(before);
                    let found = known_key(&bytes, level, differs).map_or(Slot::Ignored, |known| known.slot);
                    assert!(found == expected || found == Slot::Ignored, "{key} in {level:?}");
                }
            }
        }
    }

    /// How the multiplier was found; it is run again so that whoever adds a key can take what it prints.
    #[test]
    fn the_search_still_finds_a_multiplier() {
        let mut multiplier = MULTIPLIER;
        let found = (0..10_000_000).any(|_| {
            let mut seen = [false; 256];
            let free = KEYS.iter().all(|(level, key, _)| {
                let place = hash(&ending(key.as_bytes()), *level, multiplier);
                !std::mem::replace(&mut seen[place], true)
            });
            if free {
                println!("multiplier: {multiplier:#x}");
            }
            multiplier =
                multiplier.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F) | 1;
            free
        });
        assert!(found);
    }
}
