//! What the skim reads of a record, by name.
//!
//! A `Slot` is one place in a record where a value may stand; a `Field` or `Part` is what a reader asks for. Most
//! have one slot. Some facts were moved by AWS or are written in two places, and then the first that holds a value
//! is taken.

/// One place in a record where a value may stand. Fits in 64, so that one word tells which are present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Slot {
    /// Whatever nobody asks for.
    Ignored,
    /// A member that makes its object an envelope with a long array: `Records`, `Events`, `hits`.
    Stream,

    EventVersion,
    EventTime,
    Timestamp,
    EventSource,
    EventName,
    AwsRegion,
    SourceIpAddress,
    UserAgent,
    ErrorCode,
    ErrorMessage,
    RequestId,
    EventId,
    ReadOnly,
    EventType,
    RecipientAccountId,
    SharedEventId,
    EventCategory,
    VpcEndpointId,
    SessionCredentialFromConsole,

    UserIdentity,
    RequestParameters,
    ResponseElements,
    AdditionalEventData,
    Resources,
    ServiceEventDetails,
    Addendum,
    TlsDetails,
    InsightDetails,

    IdentityType,
    PrincipalId,
    Arn,
    AccountId,
    AccessKeyId,
    UserName,
    InvokedBy,
    SessionContext,
    IdentityDelivery,
    IdentityScope,

    SessionIssuer,
    Attributes,
    SessionDelivery,
    SourceIdentity,
    SessionScope,
    WebIdFederationData,

    IssuerType,
    IssuerPrincipalId,
    IssuerArn,
    IssuerAccountId,
    IssuerUserName,

    CreationDate,
    MfaAuthenticated,
    AttributesDelivery,

    IdentityScopeIssuerType,
    IdentityScopeIssuedTo,
    IdentityScopeSourceArn,
    IdentityScopeSourceAccount,
    SessionScopeIssuerType,
    SessionScopeIssuedTo,
    SessionScopeSourceArn,
    SessionScopeSourceAccount,
}

/// Length of a table with an entry for each slot: as many as a byte has values, so that no slot need be checked.
pub(crate) const SLOTS: usize = 256;
/// A slot's number is its bit in a 64-bit word.
const _: () = assert!((Slot::SessionScopeSourceAccount as usize) < 64);

impl Slot {
    /// Returns this slot's bit.
    pub(crate) const fn bit(self) -> u64 {
        1 << self as u8
    }
}

/// A text of a record, told in one word.
///
/// Names follow the record: `Arn` is `userIdentity.arn`, `IssuerArn` is `userIdentity.sessionContext.sessionIssuer.arn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `eventVersion`
    EventVersion,
    /// `eventID`
    EventId,
    /// `eventTime`
    EventTime,
    /// `@timestamp`, which some exports have in place of `eventTime`
    Timestamp,
    /// `eventSource`
    EventSource,
    /// `eventName`
    EventName,
    /// `awsRegion`
    AwsRegion,
    /// `sourceIPAddress`; may be a host name such as `autoscaling.amazonaws.com`
    SourceIpAddress,
    /// `userAgent`
    UserAgent,
    /// `errorCode`
    ErrorCode,
    /// `errorMessage`
    ErrorMessage,
    /// `recipientAccountId`
    RecipientAccountId,
    /// `sharedEventID`
    SharedEventId,
    /// `requestID`
    RequestId,
    /// `readOnly`: `true` or `false`
    ReadOnly,
    /// `eventType`
    EventType,
    /// `eventCategory`
    EventCategory,
    /// `vpcEndpointId`
    VpcEndpointId,
    /// `sessionCredentialFromConsole`
    SessionCredentialFromConsole,
    /// `userIdentity.type`
    IdentityType,
    /// `userIdentity.principalId`
    PrincipalId,
    /// `userIdentity.arn`
    Arn,
    /// `userIdentity.accountId`
    AccountId,
    /// `userIdentity.accessKeyId`
    AccessKeyId,
    /// `userIdentity.userName`
    UserName,
    /// `userIdentity.invokedBy`
    InvokedBy,
    /// `userIdentity.sessionContext.sessionIssuer.type`
    IssuerType,
    /// `userIdentity.sessionContext.sessionIssuer.principalId`
    IssuerPrincipalId,
    /// `userIdentity.sessionContext.sessionIssuer.arn`
    IssuerArn,
    /// `userIdentity.sessionContext.sessionIssuer.accountId`
    IssuerAccountId,
    /// `userIdentity.sessionContext.sessionIssuer.userName`
    IssuerUserName,
    /// `userIdentity.sessionContext.attributes.mfaAuthenticated`
    MfaAuthenticated,
    /// `userIdentity.sessionContext.attributes.creationDate`
    CreationDate,
    /// `ec2RoleDelivery` of the session context, else of its attributes, else of the identity
    Ec2RoleDelivery,
    /// `userIdentity.sessionContext.sourceIdentity`
    SourceIdentity,
    /// `inScopeOf.issuerType`, of the identity, else of its session context
    InScopeIssuerType,
    /// `inScopeOf.credentialsIssuedTo`, likewise
    InScopeCredentialsIssuedTo,
    /// `inScopeOf.sourceArn`, likewise
    InScopeSourceArn,
    /// `inScopeOf.sourceAccount`, likewise
    InScopeSourceAccount,
}

impl Field {
    /// Every field, in the order of the enum.
    pub const ALL: [Field; 39] = {
        use Field::*;
        [
            EventVersion,
            EventId,
            EventTime,
            Timestamp,
            EventSource,
            EventName,
            AwsRegion,
            SourceIpAddress,
            UserAgent,
            ErrorCode,
            ErrorMessage,
            RecipientAccountId,
            SharedEventId,
            RequestId,
            ReadOnly,
            EventType,
            EventCategory,
            VpcEndpointId,
            SessionCredentialFromConsole,
            IdentityType,
            PrincipalId,
            Arn,
            AccountId,
            AccessKeyId,
            UserName,
            InvokedBy,
            IssuerType,
            IssuerPrincipalId,
            IssuerArn,
            IssuerAccountId,
            IssuerUserName,
            MfaAuthenticated,
            CreationDate,
            Ec2RoleDelivery,
            SourceIdentity,
            InScopeIssuerType,
            InScopeCredentialsIssuedTo,
            InScopeSourceArn,
            InScopeSourceAccount,
        ]
    };

    /// Returns where this field may stand; the first place that holds a value counts.
    #[inline]
    pub(crate) const fn slots(self) -> &'static [Slot] {
        match self {
            Field::EventVersion => &[Slot::EventVersion],
            Field::EventId => &[Slot::EventId],
            Field::EventTime => &[Slot::EventTime],
            Field::Timestamp => &[Slot::Timestamp],
            Field::EventSource => &[Slot::EventSource],
            Field::EventName => &[Slot::EventName],
            Field::AwsRegion => &[Slot::AwsRegion],
            Field::SourceIpAddress => &[Slot::SourceIpAddress],
            Field::UserAgent => &[Slot::UserAgent],
            Field::ErrorCode => &[Slot::ErrorCode],
            Field::ErrorMessage => &[Slot::ErrorMessage],
            Field::RecipientAccountId => &[Slot::RecipientAccountId],
            Field::SharedEventId => &[Slot::SharedEventId],
            Field::RequestId => &[Slot::RequestId],
            Field::ReadOnly => &[Slot::ReadOnly],
            Field::EventType => &[Slot::EventType],
            Field::EventCategory => &[Slot::EventCategory],
            Field::VpcEndpointId => &[Slot::VpcEndpointId],
            Field::SessionCredentialFromConsole => &[Slot::SessionCredentialFromConsole],
            Field::IdentityType => &[Slot::IdentityType],
            Field::PrincipalId => &[Slot::PrincipalId],
            Field::Arn => &[Slot::Arn],
            Field::AccountId => &[Slot::AccountId],
            Field::AccessKeyId => &[Slot::AccessKeyId],
            Field::UserName => &[Slot::UserName],
            Field::InvokedBy => &[Slot::InvokedBy],
            Field::IssuerType => &[Slot::IssuerType],
            Field::IssuerPrincipalId => &[Slot::IssuerPrincipalId],
            Field::IssuerArn => &[Slot::IssuerArn],
            Field::IssuerAccountId => &[Slot::IssuerAccountId],
            Field::IssuerUserName => &[Slot::IssuerUserName],
            Field::MfaAuthenticated => &[Slot::MfaAuthenticated],
            Field::CreationDate => &[Slot::CreationDate],
            Field::Ec2RoleDelivery => {
                &[Slot::SessionDelivery, Slot::AttributesDelivery, Slot::IdentityDelivery]
            }
            Field::SourceIdentity => &[Slot::SourceIdentity],
            Field::InScopeIssuerType => &[Slot::IdentityScopeIssuerType, Slot::SessionScopeIssuerType],
            Field::InScopeCredentialsIssuedTo => &[Slot::IdentityScopeIssuedTo, Slot::SessionScopeIssuedTo],
            Field::InScopeSourceArn => &[Slot::IdentityScopeSourceArn, Slot::SessionScopeSourceArn],
            Field::InScopeSourceAccount => {
                &[Slot::IdentityScopeSourceAccount, Slot::SessionScopeSourceAccount]
            }
        }
    }
}

/// A part of a record that the skim steps over; its JSON text is there for who wants to parse it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// `userIdentity`
    UserIdentity,
    /// `userIdentity.sessionContext`
    SessionContext,
    /// `userIdentity.sessionContext.webIdFederationData`
    WebIdFederationData,
    /// `requestParameters`
    RequestParameters,
    /// `responseElements`
    ResponseElements,
    /// `additionalEventData`
    AdditionalEventData,
    /// `resources`
    Resources,
    /// `serviceEventDetails`
    ServiceEventDetails,
    /// `addendum`
    Addendum,
    /// `tlsDetails`
    TlsDetails,
    /// `insightDetails`
    InsightDetails,
}

impl Part {
    /// Every part, in the order of the enum.
    pub const ALL: [Part; 11] = {
        use Part::*;
        [
            UserIdentity,
            SessionContext,
            WebIdFederationData,
            RequestParameters,
            ResponseElements,
            AdditionalEventData,
            Resources,
            ServiceEventDetails,
            Addendum,
            TlsDetails,
            InsightDetails,
        ]
    };

    /// Returns where this part stands.
    #[inline]
    pub(crate) const fn slot(self) -> Slot {
        match self {
            Part::UserIdentity => Slot::UserIdentity,
            Part::SessionContext => Slot::SessionContext,
            Part::WebIdFederationData => Slot::WebIdFederationData,
            Part::RequestParameters => Slot::RequestParameters,
            Part::ResponseElements => Slot::ResponseElements,
            Part::AdditionalEventData => Slot::AdditionalEventData,
            Part::Resources => Slot::Resources,
            Part::ServiceEventDetails => Slot::ServiceEventDetails,
            Part::Addendum => Slot::Addendum,
            Part::TlsDetails => Slot::TlsDetails,
            Part::InsightDetails => Slot::InsightDetails,
        }
    }
}
