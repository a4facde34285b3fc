//! Who made a call, as the facts file it: worked out once for each identity, and looked up for its next records.

use event::IdentityKind;
use event::decode::actor::{ActorFields, canonical_principal};
use event::skim::{Field, Skimmed};

use super::memo::Memo;

/// The fields that say who an ordinary caller is.
const SHORT: [Field; 3] = [Field::IdentityType, Field::Arn, Field::IssuerArn];

/// All fields that say who a caller is.
const LONG: [Field; 12] = [
    Field::IdentityType,
    Field::Arn,
    Field::IssuerArn,
    Field::AccountId,
    Field::PrincipalId,
    Field::UserName,
    Field::InvokedBy,
    Field::IssuerAccountId,
    Field::IssuerUserName,
    Field::InScopeIssuerType,
    Field::InScopeCredentialsIssuedTo,
    Field::InScopeSourceArn,
];

/// Finds callers by the bytes of their identity.
#[derive(Clone, Debug)]
pub(super) struct Callers<V> {
    short: Memo<3, V>,
    long: Memo<12, V>,
}

impl<V> Default for Callers<V> {
    fn default() -> Self {
        Self { short: Memo::default(), long: Memo::default() }
    }
}

impl<V: Copy> Callers<V> {
    /// What `work_out` makes of this record's caller, or made of it before.
    #[inline]
    pub(super) fn find(&mut self, record: &Skimmed<'_>, work_out: impl FnOnce(&Identity) -> V) -> V {
        let short = SHORT.map(|field| record.bytes(field));
        let is_scoped = record.bytes(Field::InScopeIssuerType).is_some();
        let hash = self.short.hash(&short);
        if !is_scoped && let Some(known) = self.short.get(hash, &short) {
            return known;
        }
        let long = LONG.map(|field| record.bytes(field));
        let long_hash = self.long.hash(&long);
        if let Some(known) = self.long.get(long_hash, &long) {
            return known;
        }
        let (mut identity, is_settled) =
            with_fields(record, |fields| (Identity::of(&fields), !is_scoped && is_settled(&fields)));
        identity.is_plain =
            is_settled || !is_scoped && identity.is_service && short[0] == Some(b"AWSService");
        let value = work_out(&identity);
        if is_settled {
            self.short.put(hash, &short, value);
        } else {
            self.long.put(long_hash, &long, value);
        }
        value
    }
}

/// Whether type, arn and issuer alone say everything: the other fields are asked only where these are silent.
fn is_settled(fields: &ActorFields<'_>) -> bool {
    let Some(arn) = fields.arn else { return false };
    match fields.identity_kind() {
        IdentityKind::AssumedRole => fields.issuer_arn.is_some() && arn.contains(":assumed-role/"),
        IdentityKind::IamUser | IdentityKind::Root | IdentityKind::FederatedUser => true,
        _ => false,
    }
}

/// A caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// It is an AWS service with no customer behind it.
    pub(super) is_service: bool,
    /// In canonical form.
    pub(super) principal: String,
    /// The instance that the credential was issued to.
    pub(super) instance: Option<String>,
    /// Type, arn, issuer and the service that calls for it say everything of it.
    pub(super) is_plain: bool,
}

impl Identity {
    fn of(fields: &ActorFields<'_>) -> Self {
        Self {
            is_service: fields.identity_kind() == IdentityKind::Service,
            principal: canonical_principal(fields).into_owned(),
            instance: fields.instance().map(|(id, _)| id.to_owned()),
            is_plain: false,
        }
    }
}

/// Calls `f` with the identity's fields, unescaped.
pub(crate) fn with_fields<T>(record: &Skimmed<'_>, f: impl FnOnce(ActorFields<'_>) -> T) -> T {
    let [
        kind,
        arn,
        issuer_arn,
        account,
        principal_id,
        user_name,
        invoked_by,
        issuer_account,
        issuer_user_name,
        scope_type,
        scope_to,
        scope_arn,
    ] = LONG.map(|field| record.text(field));
    f(ActorFields {
        kind: kind.as_deref(),
        arn: arn.as_deref(),
        account: account.as_deref(),
        principal_id: principal_id.as_deref(),
        user_name: user_name.as_deref(),
        invoked_by: invoked_by.as_deref(),
        issuer_arn: issuer_arn.as_deref(),
        issuer_account: issuer_account.as_deref(),
        issuer_user_name: issuer_user_name.as_deref(),
        scope_issuer_type: scope_type.as_deref(),
        scope_issued_to: scope_to.as_deref(),
        scope_source_arn: scope_arn.as_deref(),
        ..ActorFields::default()
    })
}
