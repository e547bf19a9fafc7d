//! Plain facts for the tests of the deciding functions.

use crate::registry::facts::{NOW, account, member};
use crate::terms::transition::TransitionTerms;
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{LegacyCredential, LegacyCredentialId, LegacyMethod, LegacyMethodId};

pub(crate) fn method() -> LegacyMethod {
    LegacyMethod {
        id: LegacyMethodId::new("old"),
        name: "Login API and subscription key".into(),
        bearer: true,
        key_headers: vec!["x-api-key".into()],
        verify: None,
    }
}

pub(crate) fn terms() -> TransitionTerms {
    TransitionTerms {
        methods: vec![method()],
        ..TransitionTerms::default()
    }
}

pub(crate) fn credential() -> LegacyCredential {
    LegacyCredential {
        id: LegacyCredentialId::new("lgc_1"),
        method: method().id,
        kind: LegacyKind::Key,
        account: account().id,
        member: Some(member().id),
        digest: "00".repeat(32),
        label: "Key".into(),
        created: NOW.plus(-1_000),
        expires: None,
        ended: None,
    }
}
