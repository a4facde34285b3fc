//! From a key of a record to its slot, by one multiplication and one comparison.
//!
//! The names are known beforehand, so the table has no collisions: the multiplier below was searched for, and
//! the table is built while compiling, which fails if two names ever meet. A key that is not in the table is
//! looked at once more only if it is written with an escape (`event\u004eame`), which JSON allows.

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
    (Level::Record, "insightDetails", Slot::InsightDetails),
    (Level::Record, "managementEvent", Slot::Ignored),
    (Level::Record, "apiVersion", Slot::Ignored),
    (Level::Record, "vpcEndpointAccountId", Slot::Ignored),
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
    (Level::Identity, "credentialId", Slot::Ignored),
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

/// Longest key that the table can hold, in bytes.
const KEY_BYTES_MAX: usize = 32;

/// Makes the table free of collisions; found by trying, see `the_search_still_finds_a_multiplier`.
const MULTIPLIER: u64 = 0x3859_395a_c02b_dda3;

/// Spreads length and level over the whole word, so that they count beside the first eight bytes.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A key as it is compared: padded with zeros, with its length and level.
#[derive(Clone, Copy)]
struct Entry {
    words: [u64; 4],
    shape: u16,
    slot: Slot,
}

/// What no key looks like: no length has this value.
const EMPTY: Entry = Entry { words: [0; 4], shape: u16::MAX, slot: Slot::Ignored };

/// The keys, each at the place its hash tells.
static TABLE: [Entry; 256] = {
    let mut table = [EMPTY; 256];
    let mut next = 0;
    while next < KEYS.len() {
        let (level, key, slot) = KEYS[next];
        let words = padded(key.as_bytes());
        let place = hash(words[0], key.len(), level, MULTIPLIER);
        assert!(table[place].shape == u16::MAX, "two keys have one hash: search another multiplier");
        table[place] = Entry { words, shape: shape(key.len(), level), slot };
        next += 1;
    }
    table
};

/// For each length, the bits of four words that belong to a key of that length.
static MASKS: [[u64; 4]; KEY_BYTES_MAX] = {
    let mut masks = [[0; 4]; KEY_BYTES_MAX];
    let mut length = 0;
    while length < KEY_BYTES_MAX {
        masks[length] = words(&{
            let mut bytes = [0; KEY_BYTES_MAX];
            let mut at = 0;
            while at < length {
                bytes[at] = 0xff;
                at += 1;
            }
            bytes
        });
        length += 1;
    }
    masks
};

/// Returns the slot of the key that stands at `start..end` of `text`, without its quotes, in an object of `level`.
#[inline(always)]
pub(crate) fn slot_of(text: &[u8], start: usize, end: usize, level: Level) -> Slot {
    let length = end.wrapping_sub(start);
    let bytes = text.get(start..).and_then(|rest| rest.first_chunk());
    let (Some(bytes), Some(mask)) = (bytes, MASKS.get(length)) else {
        return slot_of_rare(text.get(start..end).unwrap_or_default(), level);
    };
    let key = words(bytes);
    let key = [key[0] & mask[0], key[1] & mask[1], key[2] & mask[2], key[3] & mask[3]];
    let entry = &TABLE[hash(key[0], length, level, MULTIPLIER)];
    let differs = (key[0] ^ entry.words[0])
        | (key[1] ^ entry.words[1])
        | (key[2] ^ entry.words[2])
        | (key[3] ^ entry.words[3])
        | u64::from(shape(length, level) ^ entry.shape);
    if differs == 0 {
        return entry.slot;
    }
    slot_of_rare(text.get(start..end).unwrap_or_default(), level)
}

/// The same for keys that are unknown, written with escapes, or so near the end of the text that they must be
/// copied to be compared.
#[cold]
#[inline(never)]
fn slot_of_rare(key: &[u8], level: Level) -> Slot {
    if memchr::memchr(b'\\', key).is_some() {
        find(unescape(key).as_bytes(), level)
    } else {
        find(key, level)
    }
}

/// Looks a whole key up.
fn find(key: &[u8], level: Level) -> Slot {
    if key.len() >= KEY_BYTES_MAX {
        return Slot::Ignored;
    }
    let words = padded(key);
    let entry = &TABLE[hash(words[0], key.len(), level, MULTIPLIER)];
    let same = entry.words == words && entry.shape == shape(key.len(), level);
    if same { entry.slot } else { Slot::Ignored }
}

/// Returns the place of a key in the table, always below 256.
#[inline(always)]
const fn hash(first_word: u64, length: usize, level: Level, multiplier: u64) -> usize {
    let around = ((length as u64) << 3 | level as u64).wrapping_mul(SPREAD);
    ((first_word ^ around).wrapping_mul(multiplier) >> 56) as usize
}

/// Length and level in one number.
#[inline(always)]
const fn shape(length: usize, level: Level) -> u16 {
    (length as u16) << 3 | level as u16
}

/// The bytes of `key` with zeros after them, as words; `key` must fit.
const fn padded(key: &[u8]) -> [u64; 4] {
    let mut bytes = [0; KEY_BYTES_MAX];
    let mut at = 0;
    while at < key.len() {
        bytes[at] = key[at];
        at += 1;
    }
    words(&bytes)
}

/// Thirty-two bytes as four words.
#[inline(always)]
const fn words(bytes: &[u8; KEY_BYTES_MAX]) -> [u64; 4] {
    let (chunks, _) = bytes.as_chunks::<8>();
    [
        u64::from_le_bytes(chunks[0]),
        u64::from_le_bytes(chunks[1]),
        u64::from_le_bytes(chunks[2]),
        u64::from_le_bytes(chunks[3]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_key_finds_its_slot_wherever_it_stands() {
        for (level, key, slot) in KEYS {
            for padding in ["", "\":1", "\":\"a value that is longer than the longest key there is\""] {
                let text = format!("{key}{padding}");
                assert_eq!(slot_of(text.as_bytes(), 0, key.len(), *level), *slot, "{key} before {padding:?}");
            }
        }
    }

    #[test]
    fn a_key_that_only_begins_or_ends_like_a_known_one_is_ignored() {
        for (level, key, _) in KEYS {
            for text in [format!("{key}x"), format!("x{key}"), key[1..].to_owned(), key.to_uppercase() + "_"]
            {
                let slot = slot_of(text.as_bytes(), 0, text.len(), *level);
                assert_eq!(slot, Slot::Ignored, "{text}");
            }
        }
    }

    #[test]
    fn a_key_written_with_escapes_is_the_same_key() {
        let text = br#"event\u004eame":"RunInstances","userIdentity":{}"#;
        assert_eq!(slot_of(text, 0, 14, Level::Record), Slot::EventName);
        assert_eq!(slot_of(&text[..14], 0, 14, Level::Record), Slot::EventName);
    }

    #[test]
    fn the_same_key_means_another_thing_in_another_object() {
        let slots = [Level::Record, Level::Identity, Level::Issuer].map(|level| slot_of(b"arn", 0, 3, level));
        assert_eq!(slots, [Slot::Ignored, Slot::Arn, Slot::IssuerArn]);
    }

    /// How the multiplier was found; it is run again so that whoever adds a key can take what it prints.
    #[test]
    fn the_search_still_finds_a_multiplier() {
        let mut state = MULTIPLIER;
        let found = (0..5_000_000).any(|_| {
            let mut seen = [false; 256];
            let free = KEYS.iter().all(|(level, key, _)| {
                let place = hash(padded(key.as_bytes())[0], key.len(), *level, state);
                !std::mem::replace(&mut seen[place], true)
            });
            if free {
                println!("multiplier: {state:#x}");
            }
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F) | 1;
            free
        });
        assert!(found);
    }
}
